import type { EventOf } from '#harness/timeline/events.ts';
import { endsGateway } from '#harness/verdict/disturbances.ts';
import type { Check, Evidence } from './check.ts';

/** A gateway that is ended earlier than this behind an answer may not have got to writing it down. */
const WRITING = 1_000;

export const tokensStored: Check = {
  id: 'tokens-stored',
  title: 'after the run the stored refresh token is the last one issued, not one that is used up',
  judge(evidence) {
    const stored = evidence.all('credentials.stored').at(-1);
    const rotated = rotations(evidence);
    return (stored?.profiles ?? []).flatMap(({ profile, refresh }) => {
      const used = rotated.find(({ presented }) => presented === refresh);
      if (!stored || !used) return [];
      return {
        sentence:
          `the gateway's store still holds the refresh token ${refresh} for ${profile}, which is used up: ` +
          `${used.issued} was issued for it`,
        evidence: [used.seq, stored.seq],
      };
    });
  },
  blind(evidence) {
    const { codexToken, xaiToken = 'fresh' } = evidence.setup;
    const due = codexToken !== 'fresh' || xaiToken !== 'fresh';
    if (due && rotations(evidence).length === 0) return 'no refresh token was rotated';
    if (evidence.all('gateway.diagnostics').length > 0)
      return "the gateway's store of credentials was read after the diagnostics, which may have changed it";
    const profiles = evidence.all('credentials.stored').at(-1)?.profiles;
    if (!profiles) return "the gateway's store of credentials could not be read";
    return profiles.length === 0 ? "the gateway's store holds no refresh token" : undefined;
  },
};

/** Refreshes whose answer came through whole, to a gateway that then lived long enough to keep what it was given. */
function rotations({ all }: Evidence): EventOf<'token.redeemed'>[] {
  const answered = new Map(
    all('provider.end').flatMap((end) => (end.how === 'complete' ? [[end.exchange, end] as const] : [])),
  );
  const ends = all('gateway.exit', 'gateway.stopping', 'gateway.step').filter(
    (event) => event.kind !== 'gateway.step' || endsGateway(event.step),
  );
  return all('token.redeemed').filter(({ result, exchange }) => {
    const answer = answered.get(exchange);
    return (
      result === 'rotated' && answer && !ends.some(({ at }) => at >= answer.at && at - answer.at < WRITING)
    );
  });
}
