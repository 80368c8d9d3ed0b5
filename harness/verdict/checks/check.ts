import type { EventOf, Kind, Stage, TimelineEvent } from '#harness/timeline/events.ts';
import { allOf } from '#harness/timeline/timeline.ts';
import { judgedPart } from '#harness/verdict/judged-part.ts';
import { type Turn, Turns } from '#harness/verdict/turns.ts';
import type { Rules } from '../rules.ts';
import type { CheckId } from './ids.ts';

/** What a check holds against the gateway. */
export interface Finding {
  check: CheckId;
  /** One sentence for people. */
  sentence: string;
  /** Where the turn stopped, for checks that speak of turns. */
  stage?: Stage;
  /** The turn, for checks that speak of one. */
  turn?: number;
  /** It ended in the end, only after its budget: slow, and no hang. */
  late?: true;
  /** The events that prove it, by their place in the timeline. */
  evidence: number[];
}

/** What a check reads: the judged part of a finished timeline, and the turns followed through it. */
export interface Evidence {
  readonly events: readonly TimelineEvent[];
  readonly turns: readonly Turn[];
  readonly budgets: Rules['budgets'];
  readonly setup: Rules['setup'];
  /** What every message must end in. */
  readonly expect: Rules['expect'];
  all<K extends Kind>(...kinds: K[]): EventOf<K>[];
}

/** Pure: the same evidence gives the same findings. Throws only where it is itself at fault. */
export interface Check {
  readonly id: CheckId;
  /** What holds when it finds nothing. */
  readonly title: string;
  judge(evidence: Evidence): Omit<Finding, 'check'>[];
  /**
   * Why it could not have found anything, if so: what it looks for never came about (`no refresh was attempted`).
   * A run whose scenario names the check is then inconclusive, never clean.
   */
  blind?(evidence: Evidence): string | undefined;
}

export function evidenceOf(
  timeline: readonly TimelineEvent[],
  { budgets, setup, expect }: Pick<Rules, 'budgets' | 'setup' | 'expect'>,
): Evidence {
  const events = judgedPart(timeline);
  return {
    events,
    turns: Turns.of(events),
    budgets,
    setup,
    expect,
    all: allOf(events),
  };
}

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
export const nameOf = (turn: Turn): string => `turn ${turn.number + 1} (${turn.session})`;
