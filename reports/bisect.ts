import { plain } from '#harness/base/plain.ts';
import type { Bisected } from '#harness/bisect/bisect.ts';
import { compareVersions } from '#harness/versions/version.ts';

const REPOSITORY = 'https://github.com/openclaw/openclaw';

export interface BuildOf {
  version: string;
  commit?: string | undefined;
}

/** What a search found, in sentences; the first one is the answer. Pure. */
export function bisectSentences(scenario: string, found: Bisected): string[] {
  return [answerOf(scenario, found), ...ratesOf(found), ...seenOf(found), ...doubtsOf(found)];
}

function answerOf(scenario: string, { answer, versions, direction, because }: Bisected): string {
  const change = answer?.change;
  if (!answer || !change || because?.startsWith('ends-')) return REASONS[because ?? 'untestable'];
  const [before, after] = [versions[change.before], versions[change.after]];
  const how =
    direction === 'introduced'
      ? `${scenario} first shows on ${after}; ${before} is the last version without it`
      : `${scenario} is gone with ${after}; ${before} is the last version that shows it`;
  const rest = because === 'budget' ? '. The time was over before this was sure' : '';
  return `${how} (probability ${percent(change.probability)})${rest}.`;
}

const REASONS: { [because in NonNullable<Bisected['because']>]: string } = {
  budget: 'The time was over before the ends were found.',
  'clean-everywhere': 'No version that was probed shows it.',
  'shown-everywhere': 'Every version that was probed shows it.',
  'ends-do-not-differ': 'The two ends do not differ: there is no change between them.',
  'ends-reversed':
    'The version called good shows it, and the one called bad does not: swap --good and --bad.',
  untestable: 'Too few versions can be tested.',
};

function ratesOf({ answer, versions, counts }: Bisected): string[] {
  if (!answer?.change) return [];
  return [answer.change.before, answer.change.after].flatMap((index) => {
    const version = versions[index] ?? '';
    const { shown, clean } = counts.get(version) ?? { shown: 0, clean: 0 };
    return shown + clean > 0 ? [`It showed in ${shown} of ${shown + clean} probes of ${version}.`] : [];
  });
}

/** Where there is no answer, what is known: what each version showed. */
function seenOf({ answer, because, counts }: Bisected): string[] {
  if (answer?.change && !because) return [];
  const seen = [...counts].toSorted(([a], [b]) => compareVersions(a, b));
  const told = (['shown', 'clean'] as const).flatMap((state) => {
    const versions = seen.flatMap(([version, count]) => {
      const of = count.shown + count.clean;
      return count[state] > 0
        ? [of === count[state] ? version : `${version} (${count[state]} of ${of})`]
        : [];
    });
    return versions.length > 0
      ? [`${state === 'shown' ? 'it showed on' : 'clean were'} ${versions.join(', ')}`]
      : [];
  });
  return told.length > 0 ? [`So far: ${told.join('; ')}.`] : [];
}

function doubtsOf(found: Bisected): string[] {
  const { answer, versions, untestable, unproved, why } = found;
  const left = untestable.map(
    (version) => `${version} (${plain(why.get(version) ?? 'no reason given').slice(0, 300)})`,
  );
  const without = left.length > 0 ? [`Left out, as they cannot be tested: ${left.join('; ')}.`] : [];
  const unheld = unproved.length > 0 ? [`Their controls have not been run yet: ${unproved.join(', ')}.`] : [];
  const steps = found.inSteps
    ? [
        'Versions were passed by to find its ends; where it came and went between two of them, name one with --bad.',
      ]
    : [];
  if (!answer?.change) return [...unheld, ...without, ...steps];
  const { likely } = answer;
  const places = likely.map(({ after, probability }) => `${versions[after]} (${percent(probability)})`);
  const wide = likely.length > 1 ? [`With 90 % the change is at one of: ${places.join(', ')}.`] : [];
  return [...wide, ...historyOf(found), ...unheld, ...without, ...steps];
}

/** A history with more than one change, told from the versions whose controls are clean and whose probes all say the same. */
function historyOf({ versions, counts, proved }: Bisected): string[] {
  const states = versions.flatMap((version) => {
    const { shown, clean } = counts.get(version) ?? { shown: 0, clean: 0 };
    return shown > 0 === clean > 0 || !proved.has(version) ? [] : [{ version, shows: shown > 0 }];
  });
  const changes = states.filter(({ shows }, index) => index > 0 && shows !== states[index - 1]?.shows);
  if (changes.length < 2) return [];
  const told = [states[0], ...changes].map(
    (one) => `${one?.shows ? 'shows on' : 'clean on'} ${one?.version}`,
  );
  return [`Its history has more than one change: ${told.join(', ')}.`];
}

/** Where to read on: the changes between both versions. */
export function bisectLinks(before: BuildOf, after: BuildOf): string[] {
  const links = [`${REPOSITORY}/compare/v${before.version}...v${after.version}`];
  if (before.commit && after.commit) links.push(`git bisect start ${after.commit} ${before.commit}`);
  return links;
}

/** Never a certainty. */
export const percent = (chance: number): string => `${Math.min(99.9, chance * 100).toFixed(1)} %`;
