import type { Check } from './check.ts';
import { gatewayAlive, noSecretShown } from './gateway.ts';
import { checkIds } from './ids.ts';
import { boundedAttempts, refreshDiscipline } from './providers.ts';
import { noGhostRun, othersUnharmed, replyArrives, sessionContinues } from './turns.ts';

const known: { [id in (typeof checkIds)[number]]: Check } = {
  'reply-arrives': replyArrives,
  'session-continues': sessionContinues,
  'others-unharmed': othersUnharmed,
  'no-ghost-run': noGhostRun,
  'refresh-discipline': refreshDiscipline,
  'bounded-attempts': boundedAttempts,
  'gateway-alive': gatewayAlive,
  'no-secret-shown': noSecretShown,
};

/** The checks that judge every run. */
export const standingChecks: readonly Check[] = checkIds.map((id) => known[id]);
