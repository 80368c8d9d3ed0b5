import type { EventOf, TimelineEvent } from '#harness/timeline/events.ts';

/** On the timeline's clock, in milliseconds. */
export interface Span {
  from: number;
  to: number;
}

/** When the script itself kept the gateway from answering: while it was paused, or ended and not ready again. */
export function disturbancesOf(events: readonly TimelineEvent[]): Span[] {
  const spans: Span[] = [];
  for (const event of events) {
    const open = spans.findLast(({ to }) => to === Infinity);
    if (event.kind === 'gateway.step' && (event.step === 'pause' || endsGateway(event.step))) {
      if (!open) spans.push({ from: event.at, to: Infinity });
    } else if (open && (event.kind === 'gateway.ready' || isStep(event, 'unpause'))) {
      open.to = event.at;
    }
  }
  return spans;
}

/** True while the script itself keeps the gateway from answering. */
export const isDisturbed = (events: readonly TimelineEvent[]): boolean =>
  disturbancesOf(events).at(-1)?.to === Infinity;

/** True where an answer that came at `at` and took `tookMs` was held up by the script. */
export const isWithin = (spans: readonly Span[], at: number, tookMs = 0): boolean =>
  spans.some(({ from, to }) => at >= from && at - tookMs <= to);

/** True for a step that ends the gateway. */
export const endsGateway = (step: EventOf<'gateway.step'>['step']): boolean => ENDING.has(step);

const ENDING = new Set(['kill', 'restart', 'upgrade']);

const isStep = (event: TimelineEvent, step: string): boolean =>
  event.kind === 'gateway.step' && event.step === step;
