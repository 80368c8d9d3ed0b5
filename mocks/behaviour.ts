import { type Fault, type FaultedRequest, reply } from './faults/fault.ts';
import type { Step } from './steps.ts';
import type { Target } from './targets.ts';

/** What each target does, request by request; the last entry repeats. All others answer normally. */
export type Behaviour = { readonly [target in Target]?: readonly Fault[] };

/** A request before it was counted. */
export type Asked = Omit<FaultedRequest, 'ordinal' | 'now'>;
/** What becomes of the healthy answer to one request. */
export type BoundFault = (healthy: readonly Step[]) => Step[];

/** Hands out the fault for the next request, counting by target. */
export function playback(
  behaviour: Behaviour,
  now: () => number = Date.now,
): (asked: Asked, ...targets: Target[]) => BoundFault {
  const counts = new Map<Target, number>();
  return (asked, ...targets) => {
    const target = targets.find((candidate) => behaviour[candidate]);
    const faults = target && behaviour[target];
    if (!target || !faults) return (healthy) => [...healthy];
    const ordinal = (counts.get(target) ?? 0) + 1;
    counts.set(target, ordinal);
    const fault = faults[Math.min(ordinal, faults.length) - 1] ?? reply();
    return (healthy) => fault.apply(healthy, { ...asked, ordinal, now: now() });
  };
}
