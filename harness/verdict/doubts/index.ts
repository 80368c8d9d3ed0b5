import { checkCrashed } from './check-crashed.ts';
import { anotherFailure, checkBlind, regressionUnseen } from './checks.ts';
import { controlFails } from './control-fails.ts';
import type { Doubt } from './doubt.ts';
import { faultNotDelivered } from './fault-not-delivered.ts';
import { harnessStalled } from './harness-stalled.ts';
import type { DoubtId } from './ids.ts';
import { killedFromOutside } from './killed-from-outside.ts';
import { machineBusy } from './machine-busy.ts';
import { migrationUnproven } from './migration-unproven.ts';
import { noWebSocket } from './no-websocket.ts';
import { onlySlow } from './only-slow.ts';
import { pageAway } from './page-away.ts';
import { noMessage, stepNotReached, turnOpen } from './turns.ts';
import { upgradeUnproven } from './upgrade-unproven.ts';

/** All doubts, by id; the place in `doubtIds` says what comes first. */
export const doubts: { readonly [id in DoubtId]: Doubt } = {
  'killed-from-outside': killedFromOutside,
  'machine-busy': machineBusy,
  'control-fails': controlFails,
  'no-websocket': noWebSocket,
  'page-away': pageAway,
  'harness-stalled': harnessStalled,
  'check-crashed': checkCrashed,
  'no-message': noMessage,
  'turn-open': turnOpen,
  'step-not-reached': stepNotReached,
  'fault-not-delivered': faultNotDelivered,
  'upgrade-unproven': upgradeUnproven,
  'migration-unproven': migrationUnproven,
  'regression-unseen': regressionUnseen,
  'another-failure': anotherFailure,
  'only-slow': onlySlow,
  'check-blind': checkBlind,
};
