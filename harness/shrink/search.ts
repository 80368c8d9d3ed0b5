export interface ShrinkOptions<T> {
  /** All that can be taken from a candidate at once, the most first; each must be less than what it is taken from. */
  cuts: (candidate: T) => Iterable<T>;
  /** Two candidates with the same key are the same. */
  keyOf: (candidate: T) => string;
  reproduces: (candidate: T) => Promise<boolean>;
  /** Candidates that are tried at a time. @default 1 */
  jobs?: number;
  /** True when no further candidate may be begun. */
  spent?: () => boolean;
}

export interface Shrunk<T> {
  /** Reproduces; and where the search is `complete`, nothing that can be cut from it does. */
  least: T;
  complete: boolean;
  tried: number;
}

/**
 * Takes away whatever is not needed, the biggest pieces first, until nothing more can go (delta debugging; Zeller and
 * Hildebrandt 2002). `start` is taken to reproduce; no candidate is tried twice.
 */
export async function shrink<T>(start: T, options: ShrinkOptions<T>): Promise<Shrunk<T>> {
  const { cuts, keyOf, reproduces, jobs = 1, spent = () => false } = options;
  const known = new Map<string, boolean>();
  const passed = new Set([keyOf(start)]);
  let least = start;
  for (;;) {
    const smaller = await firstThatHolds(fresh(cuts(least)));
    if (smaller === 'spent') return { least, complete: false, tried: known.size };
    if (smaller === undefined) return { least, complete: true, tried: known.size };
    least = smaller;
    passed.add(keyOf(least));
  }

  /** Without what the search came from: it ends also where cuts go round in a circle. */
  function fresh(candidates: Iterable<T>): T[] {
    const seen = new Set(passed);
    return [...candidates].filter((candidate) => {
      const key = keyOf(candidate);
      const isNew = !seen.has(key);
      seen.add(key);
      return isNew;
    });
  }

  async function firstThatHolds(candidates: readonly T[]): Promise<T | 'spent' | undefined> {
    for (;;) {
      const left = candidates.filter((candidate) => known.get(keyOf(candidate)) !== false);
      const [first] = left;
      if (first === undefined || known.get(keyOf(first))) return first;
      if (spent()) return 'spent';
      const untried = left.filter((candidate) => !known.has(keyOf(candidate))).slice(0, jobs);
      const answers = await Promise.all(untried.map(reproduces));
      for (const [index, candidate] of untried.entries())
        known.set(keyOf(candidate), answers[index] ?? false);
    }
  }
}
