import type { Turn } from '#harness/verdict/turns.ts';
import { type SignInService, signInServices } from '#mocks/targets.ts';
import { type Check, type Evidence, nameOf } from './check.ts';

export const refreshDiscipline: Check = {
  id: 'refresh-discipline',
  title:
    'no refresh token is posted again once it was answered, at most one refresh is made for a turn, none while idle',
  judge: (evidence) => [
    ...postedAgain(evidence),
    // What is refreshed for one sign-in is no matter of another.
    ...signInServices.flatMap((issuer) => [
      ...severalForOneTurn(evidence, issuer),
      ...whileIdle(evidence, issuer),
    ]),
    ...unneeded(evidence),
  ],
  blind: (evidence) =>
    signInServices.some((issuer) => isDue(evidence, issuer)) ? 'no refresh was attempted' : undefined,
};

/** Whether a token had to be refreshed and nobody has tried. */
function isDue({ all, setup }: Evidence, issuer: SignInService): boolean {
  const state = issuer === 'auth' ? setup.codexToken : (setup.xaiToken ?? 'fresh');
  // Who takes over new tokens has no need to.
  const given =
    issuer === 'auth' &&
    all('gateway.step').some(({ step }) => step === 'rotate-token' || step === 'sign-in');
  const ready = all('gateway.ready')[0]?.seq ?? Infinity;
  const prepared = all('gateway.migrated').findLast(({ seq }) => seq < ready)?.seq ?? -1;
  return (
    state !== 'fresh' &&
    !given &&
    !all('token.redeemed').some((one) => one.seq > prepared && issuerOf(one, all) === issuer)
  );
}

/** Which sign-in a token was redeemed for. */
export function issuerOf({ exchange }: { exchange: number }, all: Evidence['all']): SignInService {
  const asked = all('provider.request').find((request) => request.exchange === exchange);
  return signInServices.find((service) => service === asked?.provider) ?? 'auth';
}

/** What the gateway redeemed; not what `doctor` did before its start. */
function redeemedBy(all: Evidence['all'], issuer?: SignInService) {
  const migrated = all('gateway.migrated').at(-1)?.seq ?? -1;
  return all('token.redeemed').filter(
    (one) => one.seq > migrated && (!issuer || issuerOf(one, all) === issuer),
  );
}

/** A post that got no answer, or a passing error, may be made again; after any other answer the token is used up. */
function postedAgain({ all }: Evidence) {
  const broken = new Set(
    all('provider.end').flatMap(({ how, exchange }) => (how === 'complete' ? [] : [exchange])),
  );
  const byToken = Map.groupBy(redeemedBy(all), ({ presented }) => presented);
  return [...byToken].flatMap(([label, posts]) => {
    const answered = posts.findIndex(
      ({ result, exchange }) => result !== 'unanswered' && !broken.has(exchange),
    );
    const again = answered === -1 ? [] : posts.slice(answered + 1);
    if (again.length === 0) return [];
    const answers = posts.map(({ result }) => result).join(', ');
    return {
      sentence: `the refresh token ${label} was posted ${posts.length} times (answers: ${answers})${beside(all, posts)}`,
      evidence: posts.map(({ seq }) => seq),
    };
  });
}

/** The posts do not say whose they are: while a command runs they may be its own, which is OpenClaw's too. */
function beside(all: Evidence['all'], posts: readonly { at: number }[]): string {
  const commands = commandsRun(all).filter(({ from, to }) => posts.some(({ at }) => from <= at && at <= to));
  const names = new Set(commands.map(({ command }) => `\`${command}\``));
  return names.size > 0 ? `, some of them while ${[...names].join(' and ')} ran` : '';
}

function commandsRun(all: Evidence['all']) {
  return all('gateway.cli').map(({ command, at, tookMs }) => ({ command, from: at - tookMs, to: at }));
}

function severalForOneTurn({ all, turns }: Evidence, issuer: SignInService) {
  const commands = commandsRun(all);
  // Who signs in hands out another token, and an hour that passes ends one: either has a refresh of its own, which
  // 2026.9.6 makes at once, with nobody asking.
  const renewals = [
    ...all('gateway.step').filter(({ step }) => step === 'sign-in'),
    ...all('clock.jumped'),
  ].map(({ at }) => at);
  const byCommand = (at: number) => commands.some(({ from, to }) => from <= at && at <= to);
  return turns.flatMap((turn, index) => {
    const next = turns[index + 1]?.marks.sent.at ?? Number.POSITIVE_INFINITY;
    const until = Math.min(next, ...renewals.filter((at) => at > turn.marks.sent.at));
    // Which of several open turns a refresh was made for cannot be told.
    if (turns.some((other) => other !== turn && isOpen(other, turn.marks.sent.at))) return [];
    const during = redeemedBy(all, issuer).filter(
      ({ at }) => at >= turn.marks.sent.at && at < until && !byCommand(at),
    );
    const labels = new Set(during.map(({ presented }) => presented));
    if (labels.size < 2) return [];
    return {
      sentence: `${nameOf(turn)} used up ${labels.size} refresh tokens (${[...labels].join(', ')})`,
      turn: turn.number,
      evidence: during.map(({ seq }) => seq),
    };
  });
}

/** After a permanent refusal there is nothing to refresh with until somebody signs in. */
function whileIdle({ all, turns }: Evidence, issuer: SignInService) {
  const redeemed = redeemedBy(all, issuer);
  const refusal = redeemed.find(({ result }) => result !== 'rotated' && result !== 'unanswered');
  const signedIn = all('gateway.step').find(({ step }) => step === 'sign-in')?.seq ?? Infinity;
  const asked = [
    ...commandsRun(all).map(
      ({ from, to }) =>
        (at: number) =>
          from <= at && at <= to,
    ),
    ...turns.map((turn) => (at: number) => isOpen(turn, at)),
  ];
  const idle = redeemed.filter(
    ({ seq, at }) =>
      refusal && seq > refusal.seq && seq < signedIn && !asked.some((wasAsked) => wasAsked(at)),
  );
  if (idle.length === 0) return [];
  return [
    {
      sentence: `${idle.length} refreshes were tried while nobody was asking, after ${refusal?.presented} was refused`,
      evidence: idle.map(({ seq }) => seq),
    },
  ];
}

/** Where the scenario says how many refreshes its tokens can need. */
function unneeded({ all, budgets }: Evidence) {
  const redeemed = redeemedBy(all);
  if (budgets.refreshes === undefined || redeemed.length <= budgets.refreshes) return [];
  const often = redeemed.length === 1 ? 'once' : `${redeemed.length} times`;
  return [
    {
      sentence: `tokens were refreshed ${often}; the budget is ${budgets.refreshes}`,
      evidence: redeemed.map(({ seq }) => seq),
    },
  ];
}

const isOpen = ({ marks, end, givenUp }: Turn, at: number): boolean =>
  marks.sent.at <= at && at <= (end ?? givenUp ?? { at }).at;

export const boundedAttempts: Check = {
  id: 'bounded-attempts',
  title: 'the provider requests of one turn stay within the budget',
  judge(evidence) {
    const { turns, budgets } = evidence;
    return turns.flatMap((turn) => {
      const attempts = attemptsOf(evidence, turn.nonce);
      if (attempts.length <= budgets.attempts) return [];
      return {
        sentence: `${nameOf(turn)} cost ${attempts.length} provider requests; the budget is ${budgets.attempts}`,
        turn: turn.number,
        evidence: attempts,
      };
    });
  },
};

/** The provider requests made for the reply to one message, by their place in the timeline. */
export const attemptsOf = ({ all }: Pick<Evidence, 'all'>, nonce: string): number[] =>
  all('provider.request')
    .filter((request) => request.purpose === 'turn' && request.nonce === nonce)
    .map(({ seq }) => seq);
