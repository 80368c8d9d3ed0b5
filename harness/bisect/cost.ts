/**
 * What a probe costs, in seconds of wall time: the one cost model of the search and of its simulation.
 *
 * Measured on two cores with two gateways at a time, on 2026-11-25: medians, over the 37 versions from 2026.2.23-beta.1 to
 * 2026.9.6 whose four controls were run by `matrix`, of the runs' `timing.totalMs`: the first two runs of a version are
 * `fresh` (nothing compiled, no plugin staged), the other two `again`. Of these, 15 s are boot and the rest the script.
 * The versions differ much more than the two do: a control takes 4 s on 2026.2 once it is compiled, 18 s on 2026.6 and
 * 200 s on 2026.4.25.
 */
export const COST = {
  /** Installing a version where the packages of others lie in the store: 8 s with the machine for itself, 15 s beside two gateways. */
  install: 8,
  fresh: 36,
  again: 30,
  /** What a run that has the machine for itself takes of that: 0.72 on 2026.9.6, 0.84 on 2026.4.12, 0.91 on 2026.4.14. */
  alone: 0.85,
} as const;
