import { parseScenario, type Scenario } from '#harness/scenario/scenario.ts';
import type { TimelineEvent } from '#harness/timeline/events.ts';
import { type Evidence, evidenceOf, type Finding } from '#harness/verdict/checks/check.ts';
import type { CheckId } from '#harness/verdict/checks/ids.ts';
import { checks } from '#harness/verdict/checks/index.ts';
import { timelineOf } from './timeline-of.ts';

interface Rules {
  setup?: Partial<Scenario['setup']>;
  budgets?: Partial<Scenario['budgets']>;
  expect?: Scenario['expect'];
}
type Events = Parameters<typeof timelineOf> | readonly TimelineEvent[];

const BUDGETS = { turnMs: 60_000, quietMs: 5_000, healthMs: 30_000, attempts: 3, firstWordMs: 10_000 };

/** What a check is given, from the bodies of events or from a stored timeline. */
export function evidence(
  events: Events,
  { setup = {}, budgets = {}, expect = 'reply-or-error' }: Rules = {},
): Evidence {
  const scenario = parseScenario('unit/test', {
    title: 'A timeline',
    script: async () => undefined,
    setup,
    budgets: { ...BUDGETS, ...budgets },
    expect,
  });
  return evidenceOf(
    isStored(events) ? events : timelineOf(...(events as Parameters<typeof timelineOf>)),
    scenario,
  );
}

/** What one check finds. */
export const found = (id: CheckId, events: Events, rules?: Rules): Omit<Finding, 'check'>[] =>
  checks[id].judge(evidence(events, rules));

export const sentences = (...args: Parameters<typeof found>): string[] =>
  found(...args).map(({ sentence }) => sentence);

/** Why a check could not have found anything. */
export const blind = (id: CheckId, events: Events, rules?: Rules): string | undefined =>
  checks[id].blind?.(evidence(events, rules));

const isStored = (events: Events): events is readonly TimelineEvent[] => {
  const [first] = events;
  return first !== undefined && 'seq' in first;
};
