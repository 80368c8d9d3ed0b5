import { Search } from '#harness/bisect/search.ts';

/** As many as are published. */
const VERSIONS = 135;
/**
 * Seconds of a probe: installing, first start with nothing compiled, play; and the same with all in place. Means of the
 * controls on 2026.1.30 to 2026.3.2, two at a time on two cores.
 */
const COST = { fresh: 8 + 36, again: 7 } as const;
const CONFIDENCE = 0.95;
/** A search that does not end is a wrong one. */
const MOST_PROBES = 1_000;

/** How often the regression shows where it is, and where it is not. */
const WORLDS = [
  { rate: 1, alarms: 0 },
  { rate: 0.8, alarms: 0 },
  { rate: 0.5, alarms: 0 },
  { rate: 0.25, alarms: 0 },
  { rate: 0.8, alarms: 0.05 },
] as const;

export interface Simulated {
  rate: number;
  alarms: number;
  /** Share of the searches that named the right version. */
  right: number;
  /** Mean of the probabilities that they claimed. */
  claimed: number;
  probes: { mean: number; most: number };
  /** Wall time over that of the same search when it takes every probe for equally long. */
  overEqualCost: number;
}

/** Searches histories with a change at a random place, with probes that err. The same numbers at every call. */
export function simulateSearches(trials: number): Simulated[] {
  return WORLDS.map((world) => {
    const chance = chances();
    const runs = Array.from({ length: trials }, () => {
      const change = 1 + Math.floor(chance() * (VERSIONS - 1));
      return { weighed: search(world, change, chance, COST), equal: search(world, change, chance, EQUAL) };
    });
    const weighed = runs.map((run) => run.weighed);
    const probes = weighed.map((run) => run.probes);
    return {
      ...world,
      right: mean(weighed.map(({ right }) => Number(right))),
      claimed: mean(weighed.map(({ claimed }) => claimed)),
      probes: { mean: mean(probes), most: Math.max(...probes) },
      overEqualCost:
        mean(weighed.map(({ seconds }) => seconds)) / mean(runs.map(({ equal }) => equal.seconds)),
    };
  });
}

const EQUAL = { fresh: 1, again: 1 } as const;

function search(
  { rate, alarms }: (typeof WORLDS)[number],
  change: number,
  chance: () => number,
  believed: { fresh: number; again: number },
) {
  const cost = (_: number, fresh: boolean) => (fresh ? believed.fresh : believed.again);
  const one = new Search({
    count: VERSIONS,
    direction: 'introduced',
    confidence: CONFIDENCE,
    flaky: rate < 1,
    cost,
  });
  const seen = new Set<number>();
  let [probes, seconds] = [0, 0];
  for (let index = one.next(); index !== undefined && probes < MOST_PROBES; index = one.next()) {
    probes++;
    seconds += seen.has(index) ? COST.again : COST.fresh;
    seen.add(index);
    one.record(index, chance() < (index >= change ? rate : alarms) ? 'shown' : 'clean');
  }
  const { change: found } = one.answer();
  return { right: found?.after === change, claimed: found?.probability ?? 0, probes, seconds };
}

/** Numbers from 0 to 1 that look like chance (a linear congruential generator), the same each time. */
function chances(): () => number {
  let state = 20261122;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
