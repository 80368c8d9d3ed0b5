import { HarnessError } from '#harness/base/error.ts';
import type { ErrorCode } from '#harness/base/error-codes.ts';
import { plain } from '#harness/base/plain.ts';
import { compareVersions, isVersion, kindOf } from './version.ts';

/** What the registry says is published. */
export interface Published {
  /** In any order; what is no version is passed over. */
  versions: readonly string[];
  tags: { readonly [tag: string]: string };
}

const HELP =
  'Expected a version, a tag, a..b, >=2026.4, <=2026.5, finals, betas, all, latest-20, or several of these with commas.';

/**
 * The published versions that a range means, oldest first.
 *
 * `finals` are what people install: finals and their corrections. `a..b`, `>=` and `<=` choose among these, and take
 * the ends that they name whatever these are. `betas` are the previews. Side branches (from patch 33 on, of a month
 * that is over) belong to no line and come with `all` or by name only.
 * @param range `2026.4.12..2026.5.2`, `>=2026.4`, `finals`, `betas`, `all`, `latest`, `latest-20`, `2026.4.14,2026.4.15`
 * @throws HarnessError `UNKNOWN_RANGE` for what is no range, `EMPTY_RANGE` for one that holds no published version
 */
export function versionsIn(range: string, published: Published): string[] {
  const sorted = published.versions.filter(isVersion).toSorted(compareVersions);
  const chosen = range.split(',').flatMap((part) => {
    const found = inPart(part.trim(), sorted, published.tags);
    if (!found)
      throw rangeError('UNKNOWN_RANGE', `"${plain(part.slice(0, 80))}" is no range of versions.`, HELP);
    return found;
  });
  if (chosen.length === 0) {
    const around = `Published: ${sorted.at(0)} to ${sorted.at(-1)}.`;
    throw rangeError('EMPTY_RANGE', `No published version lies in ${plain(range.slice(0, 80))}.`, around);
  }
  return [...new Set(chosen)].toSorted(compareVersions);
}

/** `undefined` for what is no range. */
function inPart(part: string, sorted: readonly string[], tags: Published['tags']): string[] | undefined {
  const finals = sorted.filter((version) => isFinal(version));
  if (part === 'all') return [...sorted];
  if (part === 'finals') return finals;
  if (part === 'betas') return sorted.filter((version) => ['alpha', 'beta'].includes(kindOf(version)));

  const counted = /^latest-(\d{1,4})$/.exec(part);
  if (counted) return finals.slice(-Number(counted[1]));

  const [, from, to] = /^(.+?)\.\.(.+)$/.exec(part) ?? [];
  if (from && to) return between(sorted, lowest(from, tags), highest(to, tags));
  const [, sign, end = ''] = /^(>=|<=)(.+)$/.exec(part) ?? [];
  if (sign === '>=') return between(sorted, lowest(end, tags), LAST);
  if (sign === '<=') return between(sorted, FIRST, highest(end, tags));

  const version = tags[part] ?? part;
  if (!isVersion(version)) return undefined;
  return sorted.includes(version) ? [version] : [];
}

const isFinal = (version: string): boolean => ['final', 'correction'].includes(kindOf(version));

function between(sorted: readonly string[], from?: string, to?: string): string[] | undefined {
  if (!from || !to) return undefined;
  return sorted.filter(
    (version) =>
      (isFinal(version) || version === from || version === to) &&
      compareVersions(from, version) <= 0 &&
      compareVersions(version, to) <= 0,
  );
}

/** Beyond every version, so that an open end names none. */
const FIRST = '0000.1.0-alpha.0';
const LAST = '9999.12.999';

const MONTH = /^\d{4}\.\d{1,2}$/;

/** `2026.4` means its first version as the lower end, and its last as the upper one. */
const lowest = (end: string, tags: Published['tags']) =>
  versionAt(MONTH.test(end) ? `${end}.0-alpha.0` : end, tags);
const highest = (end: string, tags: Published['tags']) =>
  versionAt(MONTH.test(end) ? `${end}.999` : end, tags);

function versionAt(end: string, tags: Published['tags']): string | undefined {
  const version = tags[end] ?? end;
  return isVersion(version) ? version : undefined;
}

const rangeError = (code: ErrorCode, message: string, advice: string): HarnessError =>
  new HarnessError(code, message, advice);
