import { processesOf, threadTimes } from '#harness/base/processes.ts';
import type { Recorder } from '#harness/timeline/timeline.ts';

const WINDOW = 2_000;
/** Shares of a window from which on it is written down. */
const BUSY = 0.5;
const WAITED = 0.1;

interface CpuWatchOptions {
  processes?: () => readonly number[];
  read?: typeof threadTimes;
  windowMs?: number;
}

/**
 * Writes down how much of the CPU a gateway had, and how long it waited for a core: `/proc/<pid>/task/<tid>/schedstat`, for
 * a process and a container alike. Where its processes cannot be seen (no /proc, an engine on another machine) the delay
 * of the harness's own timers stands in for it, and is called that.
 */
export function watchCpu(
  runId: string,
  record: Recorder,
  { processes = () => processesOf(runId), read = threadTimes, windowMs = WINDOW }: CpuWatchOptions = {},
): Disposable {
  let before = read(processes());
  let from = performance.now();
  const timer = setInterval(() => {
    const now = read(processes());
    const overMs = Math.round(performance.now() - from);
    const most = (what: 'ran' | 'waited') => {
      const spent = now.entries().map(([thread, times]) => times[what] - (before.get(thread)?.[what] ?? 0));
      return Math.round(Math.min(overMs, Math.max(0, ...spent)));
    };
    const [ranMs, waitedMs] = [most('ran'), most('waited')];
    const lateMs = Math.max(0, overMs - windowMs);
    if (ranMs >= BUSY * overMs || waitedMs >= WAITED * overMs)
      record({ kind: 'gateway.cpu', overMs, ranMs, waitedMs });
    else if (now.size === 0 && lateMs >= WAITED * overMs)
      record({ kind: 'gateway.cpu', overMs, ranMs: 0, waitedMs: lateMs, by: 'harness' });
    before = now;
    from = performance.now();
  }, windowMs);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
