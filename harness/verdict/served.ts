import type { TimelineEvent } from '#harness/timeline/events.ts';

/**
 * What a machine that is busy with other work may take from a gateway: budgets count only the time in which it had a core
 * when it wanted one, but never more than this many times the budget on the clock.
 */
export const HARD_CAP = 3;

/** How long a gateway waited for a core between two moments of a timeline, in milliseconds. Pure. */
export function waitedMs(events: readonly TimelineEvent[], from: number, to: number): number {
  let waited = 0;
  for (const event of events) {
    if (event.kind !== 'gateway.cpu' || event.at <= from) continue;
    const begin = event.at - event.overMs;
    if (begin >= to) break;
    const within = Math.min(event.at, to) - Math.max(begin, from);
    waited += (event.waitedMs * within) / Math.max(1, event.overMs);
  }
  return waited;
}

/** The time between two moments without that in which the gateway waited for a core, in milliseconds. Pure. */
export const servedMs = (events: readonly TimelineEvent[], from: number, to: number): number =>
  to - from - waitedMs(events, from, to);
