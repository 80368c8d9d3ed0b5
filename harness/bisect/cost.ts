/**
 * What a probe costs on two cores, in seconds of wall time: the one cost model of the search and of its simulation.
 *
 * TODO
 */
export const COST = {
  /** Installing a version where the packages of others lie in the store. */
  install: 8,
  /** A probe of a version that was never started, beside another run. */
  fresh: 38,
  /** A probe of one that was, beside another run. */
  again: 28,
  /** How much quicker a run is that has the machine for itself. */
  alone: 0.85,
} as const;
