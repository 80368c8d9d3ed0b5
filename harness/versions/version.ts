/** A published OpenClaw version: `YYYY.M.P`, with `-alpha.N`, `-beta.N`, or `-N`, a correction after the final. */
interface Version {
  numbers: readonly [year: number, month: number, patch: number];
  stage: number;
  serial: number;
}

const FORM = /^(\d{4})\.(\d{1,2})\.(\d{1,3})(?:-(?:(alpha|beta)\.)?(\d{1,4}))?$/;
const STAGES = { alpha: 0, beta: 1, final: 2, correction: 3 } as const;

function parseVersion(text: string): Version | undefined {
  const match = FORM.exec(text);
  if (!match) return undefined;
  const [, year, month, patch, word, serial] = match;
  const stage =
    word === 'alpha' || word === 'beta' ? STAGES[word] : serial ? STAGES.correction : STAGES.final;
  return { numbers: [Number(year), Number(month), Number(patch)], stage, serial: Number(serial ?? 0) };
}

export type VersionKind = 'alpha' | 'beta' | 'final' | 'correction' | 'side';

/** From this patch on it is a branch of a month that is over, kept for those who stay on it. */
const SIDE_BRANCH = 33;

/** @throws RangeError for what is no version */
export function kindOf(text: string): VersionKind {
  const version = parseVersion(text);
  if (!version) throw new RangeError(`${text} is no version`);
  const [, , patch] = version.numbers;
  if (patch >= SIDE_BRANCH) return 'side';
  return (['alpha', 'beta', 'final', 'correction'] as const)[version.stage] ?? 'final';
}

export const isVersion = (text: string): boolean => parseVersion(text) !== undefined;

/**
 * Orders versions as they were released, which is not semver's order: `2026.2.2-3` is a correction *after* `2026.2.2`.
 * What is no version (npm also holds a placeholder) comes first.
 */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [keyOf(left), keyOf(right)];
  const at = a.findIndex((part, index) => part !== b[index]);
  return at === -1 ? left.localeCompare(right) : Math.sign((a[at] ?? 0) - (b[at] ?? 0));
}

function keyOf(text: string): readonly number[] {
  const version = parseVersion(text);
  return version ? [1, ...version.numbers, version.stage, version.serial] : [0];
}

/** The published versions nearest to one that does not exist: the one before and the one after. */
export function neighbours(wanted: string, published: readonly string[]): string[] {
  const sorted = published.filter(isVersion).toSorted(compareVersions);
  const before = sorted.findLast((version) => compareVersions(version, wanted) < 0);
  const after = sorted.find((version) => compareVersions(version, wanted) > 0);
  return [before, after].filter((version) => version !== undefined);
}
