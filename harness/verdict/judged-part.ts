import type { TimelineEvent } from '#harness/timeline/events.ts';

/**
 * What a run is judged by: all of it or, where the gateway's own diagnostics ran after the script, what came before
 * them and the event that says so. What they redeem, log or change counts against nobody.
 */
export function judgedPart(events: readonly TimelineEvent[]): readonly TimelineEvent[] {
  const begin = events.findIndex(({ kind }) => kind === 'gateway.diagnostics');
  return begin === -1 ? events : events.slice(0, begin + 1);
}
