import { compareVersions } from '#harness/versions/version.ts';
import type { Answer } from './answer.ts';
import type { Counts } from './belief.ts';
import { COST } from './cost.ts';
import { type EndsOptions, findEnds } from './ends.ts';
import { type Prober, Probes, together } from './probes.ts';
import { type Round, Search } from './search.ts';

export interface BisectOptions extends EndsOptions {
  flaky: boolean;
  /** From 0.5 to 1. */
  confidence: number;
  prober: Prober;
}

export interface Bisected {
  direction: 'introduced' | 'fixed';
  /** The versions between the ends, both included; the counts and the answer are about these. */
  versions: readonly string[];
  answer: Answer | undefined;
  untestable: string[];
  /** The versions that this stands on although their controls have not been run: none, unless it ended early. */
  unproved: string[];
  /** An end was looked for, in steps that pass versions by. */
  inSteps: boolean;
  /** The versions whose controls are clean. */
  proved: ReadonlySet<string>;
  /** What the probe of a version that cannot be tested said. */
  why: ReadonlyMap<string, string>;
  /** Why there is no sure answer, where there is none. */
  because?:
    | 'budget'
    | 'clean-everywhere'
    | 'shown-everywhere'
    | 'ends-do-not-differ'
    | 'ends-reversed'
    | 'untestable';
  counts: ReadonlyMap<string, Counts>;
}

/** One search, by what is looked for and the ends that are known. */
export type Leg = Pick<EndsOptions, 'direction' | 'good' | 'bad'>;

/**
 * The searches that a call asks for. Where the fix is wanted and the good version is older than the bad one, the place
 * where the regression came in is wanted as well.
 */
export function legsOf({ findFix, good, bad }: { findFix: boolean; good?: string; bad?: string }): Leg[] {
  if (!findFix) return [{ direction: 'introduced', good, bad }];
  const older = good !== undefined && bad !== undefined && compareVersions(good, bad) < 0;
  return older
    ? [
        { direction: 'introduced', good, bad },
        { direction: 'fixed', good: undefined, bad },
      ]
    : [{ direction: 'fixed', good, bad }];
}

/** Finds the ends where they are not named, and then the place of the change between them. */
export async function bisect(options: BisectOptions): Promise<Bisected> {
  const probes = new Probes(options.prober);
  const ends = await findEnds(options, probes);
  if (!('from' in ends)) {
    const isTested = [...probes.counts.values()].some(({ shown, clean }) => shown + clean > 0);
    const because = isTested || ends.because === 'budget' ? ends.because : 'untestable';
    return { ...bare(options, probes), because };
  }
  const versions = options.line.slice(ends.from, ends.to + 1);
  const search = new Search({
    count: versions.length,
    direction: options.direction,
    flaky: options.flaky,
    confidence: options.confidence,
    lanes: Math.min(2, options.jobs),
    cost: COST,
  });
  for (const [index, version] of versions.entries()) {
    for (const result of probes.of(version)) search.record(index, result);
    if (probes.proved.has(version)) search.prove(index);
  }
  let because: Bisected['because'];
  for (let round = search.next(); round; round = search.next()) {
    if (options.spent()) {
      because = 'budget';
      break;
    }
    const soon = search.likelyNext(round);
    const made = make(round, search, probes, versions);
    // After what is needed now.
    for (const index of soon) options.ahead(versions[index] ?? '');
    await made;
  }
  const answer = search.answer();
  const known = versions.length - search.untestable.size;
  if (!because && known < 2) because = 'untestable';
  if (!because && !answer.change)
    because = areReversed(options, probes.counts) ? 'ends-reversed' : 'ends-do-not-differ';
  return {
    ...bare(options, probes),
    versions,
    answer,
    untestable: [...search.untestable].toSorted((a, b) => a - b).map((index) => versions[index] ?? ''),
    unproved: search.owed.map((index) => versions[index] ?? ''),
    ...(because && { because }),
  };
}

/** Makes the probes of a round side by side; what they say is taken in its order, whichever ends first. */
async function make(
  { probes, controls }: Round,
  search: Search,
  maker: Probes,
  versions: readonly string[],
): Promise<void> {
  const proving = controls.map((index) => maker.prove(versions[index] ?? ''));
  // Not beside its control: where that fails, a probe of minutes would be for nothing.
  const probing = probes.map(async (index) => {
    const clean = await proving[controls.indexOf(index)];
    return clean === false ? 'untestable' : maker.make(versions[index] ?? '');
  });
  const [results, proved] = await together([together(probing), together(proving)]);
  for (const [at, index] of probes.entries()) search.record(index, results[at] ?? 'untestable');
  for (const [at, index] of controls.entries())
    if (proved[at]) search.prove(index);
    else search.record(index, 'untestable');
}

const bare = ({ direction, good, bad }: BisectOptions, probes: Probes) => ({
  direction,
  inSteps: !good || !bad,
  versions: [],
  answer: undefined,
  untestable: probes.untestable,
  unproved: probes.unproved,
  counts: probes.counts,
  proved: probes.proved,
  why: probes.why,
});

/** True where the version that was called good shows it, and the one that was called bad does not. */
function areReversed({ good = '', bad = '' }: BisectOptions, counts: Bisected['counts']): boolean {
  const [called, other] = [counts.get(good), counts.get(bad)];
  return called?.clean === 0 && called.shown > 0 && other?.shown === 0 && other.clean > 0;
}
