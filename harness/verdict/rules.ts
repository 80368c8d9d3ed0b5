import { z } from 'zod';
import type { Setup } from '#harness/openclaw/setup.ts';
import { stages } from '#harness/timeline/events.ts';
import type { Behaviour } from '#mocks/behaviour.ts';
import { type CheckId, checkIds } from './checks/ids.ts';

export const budgetsSchema = z.strictObject({
  /** How long a turn may take at the most. */
  turnMs: z.int().positive().default(180_000),
  /**
   * How long all must be quiet, after the gateway itself called the run ended, before waiting is given up. A gateway
   * may hold an error back for 15 s in case a retry follows (`AGENT_LIFECYCLE_ERROR_RETRY_GRACE_MS`: read in 2026.4.12
   * to 2026.4.15; on 2026.4.15 a queued message's error came 15.0 s after its last attempt).
   */
  quietMs: z.int().positive().default(20_000),
  /**
   * How long an answer for the gateway's health may take. 2026.4.14 and 2026.4.15 keep their event loop busy while
   * they prepare a first reply: 4 s on two free cores, over 30 s seen on two crowded ones.
   */
  healthMs: z.int().positive().default(60_000),
  /**
   * Provider requests for a reply that one turn may cost. A loop costs more; retries alone cost many: 2026.4.14 asks a
   * model that answers 503 twelve times (three times four), 2026.9.6 one that is cut eight times, before the next.
   */
  attempts: z.int().positive().default(24),
  /** Refreshes that the whole run may cost, where it is known how many its tokens need. */
  refreshes: z.int().nonnegative().optional(),
  /** How long the first word of a reply may take, counted from when the gateway is free for it. */
  firstWordMs: z.int().positive().default(60_000),
});

/** A finding that makes the regression. */
export const signatureSchema = z.strictObject({
  check: z.enum(checkIds),
  /** Where the turn stopped; without it any place counts. */
  stage: z.enum(stages).optional(),
});

/** What every message must end in. */
export const expectations = ['reply', 'reply-or-error'] as const;
export type Expectation = (typeof expectations)[number];

/** What a run is judged by: of its scenario, all but the script. */
export interface Rules {
  name: string;
  setup: Setup;
  providers: Behaviour;
  budgets: z.infer<typeof budgetsSchema>;
  expect: Expectation;
  /** Those that judge it besides the standing ones. */
  checks: readonly CheckId[];
  regression?: readonly z.infer<typeof signatureSchema>[] | undefined;
}

/** A healthy scenario, which accuses nobody: where it fails, the version is untestable. */
export const isControl = (name: string): boolean => name.startsWith('control/');
