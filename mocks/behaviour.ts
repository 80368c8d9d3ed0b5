import { type Fault, type FaultedRequest, reply } from './faults.ts';
import type { Step } from './steps.ts';

/** The imitated services. */
export const providers = ['auth', 'codex', 'xai', 'xai-auth'] as const;
export type ProviderName = (typeof providers)[number];

/**
 * Whom a list of faults is for: a provider, one of its models (`codex/gpt-5.3-codex`), the calls that the gateway makes
 * for its Active Memory (`codex:recall`) or to sum a conversation up (`codex:compaction`), or the opening of a WebSocket
 * (`codex:handshake`). The narrowest that fits a request is used.
 */
export type Target =
  | ProviderName
  | `${'codex' | 'xai'}/${string}`
  | `${'codex' | 'xai'}:${'recall' | 'compaction'}`
  | 'codex:handshake';

/** What each target does, request by request; the last entry repeats. Whoever is not named answers healthily. */
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
