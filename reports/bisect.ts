import type { Bisected } from '#harness/bisect/bisect.ts';
import { plain } from '#harness/plain.ts';

const REPOSITORY = 'https://github.com/openclaw/openclaw';

export interface BuildOf {
  version: string;
  commit?: string | undefined;
}

/** What a search found, in sentences; the first one is the answer. Pure. */
export function bisectSentences(scenario: string, found: Bisected): string[] {
  return [answerOf(scenario, found), ...ratesOf(found), ...doubtsOf(found)];
}

function answerOf(scenario: string, { answer, versions, direction, because }: Bisected): string {
  const change = answer?.change;
  if (!answer || !change || because === 'ends-do-not-differ') return `${REASONS[because ?? 'untestable']}`;
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

function doubtsOf({ answer, versions, untestable, counts, direction }: Bisected): string[] {
  if (!answer?.change) return [];
  const { change, likely } = answer;
  const doubts: string[] = [];
  if (likely.length > 1) {
    const places = likely.map(({ after, probability }) => `${versions[after]} (${percent(probability)})`);
    doubts.push(`With 90 % the change is at one of: ${places.join(', ')}.`);
  }
  const between = untestable.filter((version) => {
    const at = versions.indexOf(version);
    return at > change.before && at < change.after;
  });
  if (between.length > 0) doubts.push(`Between them lies what cannot be tested: ${between.join(', ')}.`);
  const against = versions.filter((version, index) => {
    const { shown, clean } = counts.get(version) ?? { shown: 0, clean: 0 };
    const isNew = index >= change.after;
    const expectShown = isNew === (direction === 'introduced');
    return expectShown ? clean > 1 && shown === 0 : shown > 1 && clean === 0;
  });
  if (against.length > 0) doubts.push(`These do not fit one change, look at them: ${against.join(', ')}.`);
  return doubts;
}

/** Where to read on: the changes between both versions. */
export function bisectLinks(before: BuildOf, after: BuildOf): string[] {
  const links = [`${REPOSITORY}/compare/v${before.version}...v${after.version}`];
  if (before.commit && after.commit) links.push(`git bisect start ${after.commit} ${before.commit}`);
  return links;
}

/**
 * The lines of a changelog between two versions that speak of the scenario's subject, those with most of its words first.
 * @param text the package's CHANGELOG.md; hostile
 * @param isBetween whether a version lies after the last one without the change, up to the first one with it
 */
export function changelogLines(
  text: string,
  scenario: string,
  isBetween: (version: string) => boolean,
): string[] {
  const words = scenario
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word.length > 3);
  let inside = false;
  const lines: { line: string; hits: number }[] = [];
  for (const line of text.split('\n')) {
    const heading = /^## .*?(\d{4}\.\d+\.\d+[\w.-]*)/.exec(line)?.[1];
    if (line.startsWith('## ')) inside = heading !== undefined && isBetween(heading);
    if (!inside || !line.startsWith('- ')) continue;
    const hits = words.filter((word) => line.toLowerCase().includes(word)).length;
    if (hits > 0) lines.push({ line: plain(line.slice(2, 302)), hits });
  }
  return lines
    .toSorted((a, b) => b.hits - a.hits)
    .slice(0, 10)
    .map(({ line }) => line);
}

const percent = (chance: number): string => `${Math.min(99.9, chance * 100).toFixed(1)} %`;
