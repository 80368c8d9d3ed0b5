import { HarnessError } from '#harness/base/error.ts';
import { compareVersions } from '#harness/versions/version.ts';
import type { ProbeResult } from './answer.ts';
import { type Probes, together } from './probes.ts';

export interface EndsOptions {
  /** All versions that may be probed, in order. */
  line: readonly string[];
  direction: 'introduced' | 'fixed';
  /** A version without the regression, and one with it; what is not named is looked for. */
  good?: string | undefined;
  bad?: string | undefined;
  /** Runs at a time. */
  jobs: number;
  /** Called with a version that is likely to be probed next. */
  ahead: (version: string) => void;
  /** True when no further probe may be begun. */
  spent: () => boolean;
}

/** Places in the line; or why there are no two ends. */
export type Ends =
  | { from: number; to: number }
  | { because: 'budget' | 'clean-everywhere' | 'shown-everywhere' };

/**
 * The places of the ends that are named; the old end has the state before the change, the new one that after it.
 * @throws HarnessError `NOT_IN_LINE`, `ENDS_SWAPPED`
 */
export function namedEnds(options: Pick<EndsOptions, 'line' | 'direction' | 'good' | 'bad'>): {
  from?: number;
  to?: number;
} {
  const { line, direction, good, bad } = options;
  const [old, fresh] = direction === 'introduced' ? [good, bad] : [bad, good];
  const from = old === undefined ? undefined : placeOf(old, line);
  const to = fresh === undefined ? undefined : placeOf(fresh, line);
  if (from !== undefined && to !== undefined && from >= to) throw swapped(options);
  return { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
}

/** The ends that are named, and those that are looked for. */
export async function findEnds(options: EndsOptions, probes: Probes): Promise<Ends> {
  const { line, direction } = options;
  const { from: old, to: fresh } = namedEnds(options);
  const before: ProbeResult = direction === 'introduced' ? 'clean' : 'shown';
  const after: ProbeResult = direction === 'introduced' ? 'shown' : 'clean';
  const none = (wanted: ProbeResult): Ends => ({
    because: options.spent() ? 'budget' : wanted === 'shown' ? 'clean-everywhere' : 'shown-everywhere',
  });
  if (old !== undefined) {
    const to = fresh ?? (await gallop(options, probes, stepsFrom(old, 1, line.length), after));
    return to === undefined ? none(after) : { from: old, to };
  }
  // From the version that was named, or the newest, back; the newest may not have the state that is looked for.
  const newest = line.length - 1;
  const to = fresh ?? (await gallop(options, probes, [newest, ...stepsFrom(newest, -1, line.length)], after));
  if (to === undefined) return none(after);
  const from = await gallop(options, probes, stepsFrom(to, -1, line.length), before);
  return from === undefined ? none(before) : { from, to };
}

/** The first of some places whose version has the state. */
async function gallop(
  { line, jobs, spent, ahead }: EndsOptions,
  probes: Probes,
  steps: readonly number[],
  wanted: ProbeResult,
): Promise<number | undefined> {
  const isUnknown = (place: number) => probes.of(line[place] ?? '').length === 0;
  for (const [index, place] of steps.entries()) {
    if (spent()) break;
    const version = line[place] ?? '';
    if (isUnknown(place)) {
      const unknown = steps.slice(index).filter(isUnknown);
      const made = together(unknown.slice(0, jobs).map((one) => probes.make(line[one] ?? '')));
      for (const soon of unknown.slice(jobs, 2 * jobs)) ahead(line[soon] ?? '');
      await made;
    }
    // An end must stand; what is passed by need not, if there is one.
    if (probes.of(version).at(-1) === wanted && (await probes.prove(version))) return place;
  }
  // That there is none must stand as well.
  while (!spent() && probes.unproved.length > 0)
    await together(probes.unproved.slice(0, jobs).map((version) => probes.prove(version)));
  return undefined;
}

/** Steps of 1, 2, 4, … away from a place, and at last the end of the line. */
function stepsFrom(start: number, way: 1 | -1, count: number): number[] {
  const last = way === 1 ? count - 1 : 0;
  const steps: number[] = [];
  for (let step = 1, at = start; at !== last; step *= 2) {
    at = way === 1 ? Math.min(last, at + step) : Math.max(last, at - step);
    steps.push(at);
  }
  return steps;
}

function placeOf(version: string, line: readonly string[]): number {
  const place = line.indexOf(version);
  if (place >= 0) return place;
  const near = line.filter((one) => compareVersions(one, version) < 0);
  throw new HarnessError(
    'NOT_IN_LINE',
    `${version} is not among the ${line.length} versions that are searched.`,
    `The one before it is ${near.at(-1) ?? line[0]}; see --line and --exclude.`,
  );
}

function swapped({
  direction,
  good,
  bad,
}: Pick<EndsOptions, 'line' | 'direction' | 'good' | 'bad'>): HarnessError {
  const rule =
    direction === 'introduced'
      ? 'a regression comes in after a good version: --good must be older than --bad'
      : 'a regression goes after a bad version: --bad must be older than --good';
  return new HarnessError(
    'ENDS_SWAPPED',
    `--good ${good} and --bad ${bad} do not fit: ${rule}.`,
    direction === 'introduced' ? 'Swap them, or add --find-fix.' : 'Swap them, or leave out --find-fix.',
  );
}
