import { type Fault, reply } from './faults.ts';

/** The imitated services. */
export const providers = ['auth', 'codex', 'xai'] as const;
export type ProviderName = (typeof providers)[number];

/**
 * Whom a list of faults is for: a provider, one of its models (`codex/gpt-5.3-codex`), or the calls that
 * Active Memory makes for itself (`codex:recall`). The narrowest that fits a request is used.
 */
export type Target = ProviderName | `${'codex' | 'xai'}/${string}` | `${'codex' | 'xai'}:recall`;

/** What each target does, request by request; the last entry repeats. Whoever is not named answers healthily. */
export type Behaviour = { readonly [target in Target]?: readonly Fault[] };

/** Hands out the fault for the next request, counting by target. */
export function playback(behaviour: Behaviour): (...targets: Target[]) => Fault {
  const counts = new Map<Target, number>();
  return (...targets) => {
    const target = targets.find((candidate) => behaviour[candidate]);
    const faults = target && behaviour[target];
    if (!target || !faults) return reply();
    const served = counts.get(target) ?? 0;
    counts.set(target, served + 1);
    return faults[Math.min(served, faults.length - 1)] ?? reply();
  };
}
