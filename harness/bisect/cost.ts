/**
 * What a probe costs, in seconds of wall time: the one cost model of the search and of its simulation.
 *
 * Measured on 2026-11-25, on two cores with two gateways at a time and nothing else: the 22 versions from 2026.2.23-beta.1
 * to 2026.9.6 whose four controls `matrix` ran that day. Of a version's `timing.totalMs` the first two are `fresh` (nothing
 * compiled, no plugin staged), the other two `again`; of both the median over the versions, of which 24 and 15 s are boot.
 * The versions differ more than the two do: again, a control takes 4 s on 2026.2.23-beta.1, 18 s on 2026.6.11, 45 s on
 * 2026.9.6, and 210 s on 2026.4.25.
 */
export const COST = {
  /** Installing a version where the packages of others lie in the store; 15 s beside two gateways. */
  install: 8,
  fresh: 39,
  again: 33,
  /** What a run that has the machine for itself takes of that: 0.72 on 2026.9.6, 0.84 on 2026.4.12, 0.91 on 2026.4.14. */
  alone: 0.85,
} as const;
