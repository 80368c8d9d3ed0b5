import { issuerOf } from '../checks/providers.ts';
import type { Doubt } from './doubt.ts';

/**
 * Why a run says nothing of how a gateway treats its tokens, if so: `doctor`, which takes the credentials over before
 * the start, redeemed a token and ended before it had stored what it got for it (seen on 2026.7.2-beta.6, whose doctor
 * still refreshed 0.4 s before its end). The gateway then starts with a token that is used up, which is no fault of its.
 */
export const migrationUnproven: Doubt = {
  id: 'migration-unproven',
  outcome: 'inconclusive',
  raise({ evidence: { all } }) {
    const migrated = all('gateway.migrated').at(-1)?.seq;
    if (migrated === undefined) return undefined;
    const upgrade = all('gateway.step').findLast(({ step, seq }) => step === 'upgrade' && seq < migrated);
    const posts = all('token.redeemed');
    const byDoctor = posts.filter(
      ({ seq, result }) => seq > (upgrade?.seq ?? -1) && seq < migrated && result === 'rotated',
    );
    const usedUp = new Set(byDoctor.map(({ presented }) => presented));
    const ofSignIn = Map.groupBy(
      posts.filter(({ seq }) => seq > migrated),
      (post) => issuerOf(post, all),
    );
    const lost = [...ofSignIn.values()]
      .flatMap(([first]) => first ?? [])
      .find((post) => usedUp.has(post.presented));
    return (
      lost && `\`doctor\` used ${lost.presented} up before the start, and did not keep what it got for it`
    );
  },
};
