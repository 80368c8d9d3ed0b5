import type { Rules } from '../rules.ts';
import type { Check } from './check.ts';
import { errorIsUseful } from './error-is-useful.ts';
import { fallbackOrder } from './fallback-order.ts';
import { firstWordInTime } from './first-word-in-time.ts';
import { gatewayAlive, noSecretShown } from './gateway.ts';
import { historyIsTrue } from './history-is-true.ts';
import { type CheckId, checkIds, standingIds } from './ids.ts';
import { boundedAttempts, refreshDiscipline } from './providers.ts';
import { tokensStored } from './tokens-stored.ts';
import { noGhostRun, othersUnharmed, replyArrives, sessionContinues } from './turns.ts';

/** Every check by its name. */
export const checks: { readonly [id in CheckId]: Check } = {
  'reply-arrives': replyArrives,
  'session-continues': sessionContinues,
  'others-unharmed': othersUnharmed,
  'no-ghost-run': noGhostRun,
  'refresh-discipline': refreshDiscipline,
  'bounded-attempts': boundedAttempts,
  'gateway-alive': gatewayAlive,
  'no-secret-shown': noSecretShown,
  'fallback-order': fallbackOrder,
  'error-is-useful': errorIsUseful,
  'history-is-true': historyIsTrue,
  'tokens-stored': tokensStored,
  'first-word-in-time': firstWordInTime,
};

/** The checks that a scenario asks for by name, in its list or as its regression. */
export function namedChecks({ checks: asked, regression = [] }: Pick<Rules, 'checks' | 'regression'>) {
  return new Set<CheckId>([...asked, ...regression.map(({ check }) => check)]);
}

/** The checks that judge a run of this scenario: the standing ones, and those that it asks for. */
export function checksFor(scenario: Pick<Rules, 'checks' | 'regression'>): readonly Check[] {
  const judging = new Set<CheckId>([...standingIds, ...namedChecks(scenario)]);
  return checkIds.filter((id) => judging.has(id)).map((id) => checks[id]);
}
