import { HarnessError } from '#harness/error.ts';
import { compareVersions } from '#harness/version.ts';
import type { Counts } from './belief.ts';
import { type Answer, type ProbeResult, Search } from './search.ts';

/** One run of the scenario on one version, and what it says. */
export interface Probe {
  version: string;
  /** `failed`: nobody's fault but the machine's, so it moves no belief. */
  result: ProbeResult | 'failed';
  /** One sentence. */
  verdict: string;
  seconds: number;
}

type Direction = 'introduced' | 'fixed';

export interface BisectOptions {
  /** All versions that may be probed, in order. */
  line: readonly string[];
  direction: Direction;
  /** A version without the regression, and one with it; what is not named is looked for. */
  good?: string | undefined;
  bad?: string | undefined;
  flaky: boolean;
  /** From 0.5 to 1. */
  confidence: number;
  /** Runs the scenario once; `attempt` counts from 1 for each version. */
  probe: (version: string, attempt: number) => Promise<Probe>;
  /** Called with a version that is likely to be probed next. */
  ahead: (version: string) => void;
  /** True when no further probe may be begun. */
  spent: () => boolean;
}

export interface Bisected {
  direction: Direction;
  /** The versions between the ends, both included; the counts and the answer are about these. */
  versions: readonly string[];
  answer: Answer | undefined;
  untestable: string[];
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

/** Seconds, as measured on the controls: installing and a first start with nothing compiled, or a start only. */
const COST = { fresh: 53, again: 25 } as const;
const FAILURES = 3;

/** One search, by what is looked for and the ends that are known. */
export type Leg = Pick<BisectOptions, 'direction' | 'good' | 'bad'>;

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
  const probes = new Probes(options);
  const ends = await findEnds(options, probes);
  if (!('from' in ends)) return { ...bare(options, probes), because: ends.because };
  const versions = options.line.slice(ends.from, ends.to + 1);
  const search = new Search({
    count: versions.length,
    direction: options.direction,
    flaky: options.flaky,
    confidence: options.confidence,
    cost: (_, fresh) => (fresh ? COST.fresh : COST.again),
  });
  for (const [index, version] of versions.entries())
    for (const result of probes.of(version)) search.record(index, result);
  let because: Bisected['because'];
  for (let index = search.next(); index !== undefined; index = search.next()) {
    if (options.spent()) {
      because = 'budget';
      break;
    }
    const soon = search.likelyNext(index);
    if (soon !== undefined) options.ahead(versions[soon] ?? '');
    search.record(index, await probes.make(versions[index] ?? ''));
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
    ...(because && { because }),
  };
}

const bare = ({ direction }: BisectOptions, probes: Probes) => ({
  direction,
  versions: [],
  answer: undefined,
  untestable: [],
  counts: probes.counts,
  why: probes.why,
});

/** True where the version that was called good shows it, and the one that was called bad does not. */
function areReversed({ good = '', bad = '' }: BisectOptions, counts: Bisected['counts']): boolean {
  const [called, other] = [counts.get(good), counts.get(bad)];
  return called?.clean === 0 && called.shown > 0 && other?.shown === 0 && other.clean > 0;
}

/** Makes probes, and keeps what they said of each version. */
class Probes {
  readonly #options: BisectOptions;
  readonly #results = new Map<string, ProbeResult[]>();
  readonly #attempts = new Map<string, number>();
  readonly why = new Map<string, string>();

  constructor(options: BisectOptions) {
    this.#options = options;
  }

  of(version: string): readonly ProbeResult[] {
    return this.#results.get(version) ?? [];
  }

  get counts(): ReadonlyMap<string, Counts> {
    return new Map(
      [...this.#results].map(([version, results]) => [
        version,
        {
          shown: results.filter((result) => result === 'shown').length,
          clean: results.filter((result) => result === 'clean').length,
        },
      ]),
    );
  }

  /** One probe that says something; a version whose probes keep failing cannot be tested. */
  async make(version: string): Promise<ProbeResult> {
    for (let failures = 0; failures < FAILURES; failures++) {
      const attempt = (this.#attempts.get(version) ?? 0) + 1;
      this.#attempts.set(version, attempt);
      const { result, verdict } = await this.#options.probe(version, attempt);
      if (result === 'failed' || result === 'untestable') this.why.set(version, verdict);
      if (result === 'failed') continue;
      this.#results.set(version, [...this.of(version), result]);
      return result;
    }
    this.#results.set(version, ['untestable']);
    return 'untestable';
  }

  /** What is known of a version, or one probe of it. */
  async look(version: string): Promise<ProbeResult> {
    return this.of(version).at(-1) ?? (await this.make(version));
  }
}

type Ends = { from: number; to: number } | { because: NonNullable<Bisected['because']> };

/** The old end has the state before the change, the new one that after it. */
async function findEnds(options: BisectOptions, probes: Probes): Promise<Ends> {
  const { line, direction, good, bad } = options;
  const at = (version: string | undefined) => (version === undefined ? undefined : placeOf(version, line));
  const [goodAt, badAt] = [at(good), at(bad)];
  const [old, fresh] = direction === 'introduced' ? [goodAt, badAt] : [badAt, goodAt];
  if (old !== undefined && fresh !== undefined && old >= fresh) throw swapped(options);
  const before: ProbeResult = direction === 'introduced' ? 'clean' : 'shown';
  const after: ProbeResult = direction === 'introduced' ? 'shown' : 'clean';
  const none = (wanted: ProbeResult): Ends => ({
    because: options.spent() ? 'budget' : wanted === 'shown' ? 'clean-everywhere' : 'shown-everywhere',
  });
  if (old !== undefined) {
    const to = fresh ?? (await gallop(options, probes, old, 1, after));
    return to === undefined ? none(after) : { from: old, to };
  }
  // From the version that was named, or the newest, back; the newest may not have the state that is looked for.
  const to = fresh ?? (await gallop(options, probes, line.length, -1, after));
  if (to === undefined) return none(after);
  const from = await gallop(options, probes, to, -1, before);
  return from === undefined ? none(before) : { from, to };
}

/** Steps of 1, 2, 4, … away from a version, and at last the end of the line, until one has the state. */
async function gallop(
  { line, spent }: BisectOptions,
  probes: Probes,
  start: number,
  way: 1 | -1,
  wanted: ProbeResult,
): Promise<number | undefined> {
  const last = way === 1 ? line.length - 1 : 0;
  for (let step = 1, at = start; at !== last && !spent(); step *= 2) {
    at = way === 1 ? Math.min(last, at + step) : Math.max(last, at - step);
    if ((await probes.look(line[at] ?? '')) === wanted) return at;
  }
  return undefined;
}

function placeOf(version: string, line: readonly string[]): number {
  const place = line.indexOf(version);
  if (place >= 0) return place;
  const near = line.filter((one) => compareVersions(one, version) < 0);
  throw new HarnessError(
    'NOT_IN_LINE',
    'call',
    `${version} is not among the ${line.length} versions that are searched.`,
    `The one before it is ${near.at(-1) ?? line[0]}; see --line and --exclude.`,
  );
}

function swapped({ direction, good, bad }: BisectOptions): HarnessError {
  const rule =
    direction === 'introduced'
      ? 'a regression comes in after a good version: --good must be older than --bad'
      : 'a regression goes after a bad version: --bad must be older than --good';
  return new HarnessError(
    'ENDS_SWAPPED',
    'call',
    `--good ${good} and --bad ${bad} do not fit: ${rule}.`,
    direction === 'introduced' ? 'Swap them, or add --find-fix.' : 'Swap them, or leave out --find-fix.',
  );
}
