import { COST } from '#harness/bisect/cost.ts';
import { type Round, Search, type SearchOptions } from '#harness/bisect/search.ts';

/** As many as are published. */
export const VERSIONS = 135;
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
  /** Mean wall time, in minutes. */
  minutes: number;
  /** Wall time over that of a search that ignores what a boot costs: see `plainly`. */
  overPlain: number;
  /** The same with two runs at a time there too, of which each is taken for equally long. */
  overEqualCost: number;
}

/** Searches histories with a change at a random place, with probes that err. The same numbers at every call. */
export function simulateSearches(trials: number): Simulated[] {
  return WORLDS.map((world) => {
    const settings = { ...SETTINGS, flaky: world.rate < 1 };
    const runs = Array.from({ length: trials }, (_, trial) => {
      const change = 1 + Math.floor(chances(trial)() * (VERSIONS - 1));
      // Each search meets the same luck.
      const over = (lanes: number, cost: SearchOptions['cost']) => {
        const chance = chances(trials + trial);
        const shows = (index: number) => chance() < (index >= change ? world.rate : world.alarms);
        return search({ ...settings, lanes, cost }, shows);
      };
      return { change, weighed: over(2, COST), plain: over(1, EQUAL), equal: over(2, EQUAL) };
    });
    const weighed = runs.map((run) => run.weighed);
    const seconds = (kind: 'weighed' | 'plain' | 'equal') => mean(runs.map((run) => run[kind].seconds));
    return {
      ...world,
      right: mean(runs.map(({ change, weighed: { found } }) => Number(found === change))),
      claimed: mean(weighed.map(({ claimed }) => claimed)),
      probes: {
        mean: mean(weighed.map(({ probes }) => probes)),
        most: Math.max(...weighed.map(({ probes }) => probes)),
      },
      minutes: seconds('weighed') / 60,
      overPlain: seconds('weighed') / seconds('plain'),
      overEqualCost: seconds('weighed') / seconds('equal'),
    };
  });
}

const EQUAL = { fresh: 1, again: 1 } as const;
const SETTINGS = { count: VERSIONS, direction: 'introduced', confidence: CONFIDENCE } as const;

/**
 * One search, and its wall time. One that has a single lane is the plain one, which ignores what a boot costs: it makes
 * one probe after the other, always the one that tells most, installs a version when its turn comes, and runs its controls
 * beside the first look.
 */
function search(options: SearchOptions, shows: (index: number) => boolean) {
  const one = new Search(options);
  const plain = options.lanes === 1;
  const [installed, started] = [new Set<number>(), new Set<number>()];
  let [probes, seconds] = [0, 0];
  for (let round = one.next(); round && probes < MOST_PROBES; round = one.next()) {
    const ahead = plain ? [] : one.likelyNext(round);
    seconds += installing(round, installed) + running(round, started, plain);
    for (const index of ahead) installed.add(index);
    for (const index of round.probes) {
      probes++;
      started.add(index);
      if (plain) one.prove(index);
      one.record(index, shows(index) ? 'shown' : 'clean');
    }
    for (const index of round.controls) one.prove(index);
  }
  const { change } = one.answer();
  return { found: change?.after, claimed: change?.probability ?? 0, probes, seconds };
}

/** What lies there already was installed while others ran. */
function installing({ probes }: Round, installed: Set<number>): number {
  const missing = new Set(probes.filter((index) => !installed.has(index)));
  for (const index of missing) installed.add(index);
  return missing.size * COST.install;
}

function running({ probes, controls }: Round, started: ReadonlySet<number>, plain: boolean): number {
  const fresh = probes.some((index) => !started.has(index));
  const single = probes.length + controls.length + Number(plain && fresh) < 2;
  return (fresh ? COST.fresh : COST.again) * (single ? COST.alone : 1);
}

/** Numbers from 0 to 1 that look like chance (mulberry32), the same for the same seed. */
function chances(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e3779b1);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
