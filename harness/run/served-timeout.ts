import type { Timeline } from '#harness/timeline/timeline.ts';
import { servedMs } from '#harness/verdict/served.ts';

const TICK = 250;

/**
 * Aborts its signal once a gateway has been served for more than `ms` milliseconds from now on: the time in which it waited
 * for a core does not count.
 * @param reason what it is aborted with
 */
export function servedTimeout(
  timeline: Timeline,
  ms: number,
  reason?: Error,
): Disposable & { signal: AbortSignal } {
  const from = timeline.elapsed();
  const over = new AbortController();
  const timer = setInterval(() => {
    if (servedMs(timeline.events, from, timeline.elapsed()) > ms) over.abort(reason);
  }, TICK);
  return { signal: over.signal, [Symbol.dispose]: () => clearInterval(timer) };
}
