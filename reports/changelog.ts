import { plain } from '#harness/base/plain.ts';
import type { Scenario } from '#harness/scenario/scenario.ts';
import { providersOf } from '#harness/verdict/judge.ts';

/** What a scenario is about, as words that a changelog would use. */
export type Subject = ReadonlyMap<string, number>;

const MOST_LINES = 5;
/** A line is cut to so many characters. */
const LONGEST = 300;
/** A word of the scenario's area or provider says more than one of its name. */
const AREA = 2;
const NAME = 1;

/** What changelogs call the area of a scenario. */
const AREAS: { readonly [area: string]: readonly string[] } = {
  'active-memory': ['active', 'memory', 'recall'],
  fallback: ['fallback', 'failover'],
  gateway: ['gateway', 'restart', 'shutdown'],
  oauth: ['oauth', 'auth', 'token', 'refresh', 'credential'],
  operations: ['restart', 'reload', 'config', 'heartbeat'],
  session: ['session', 'abort', 'queue', 'compaction'],
  stream: ['stream', 'transport', 'terminated', 'truncated', 'socket', 'sse'],
  timeout: ['timeout', 'idle', 'watchdog', 'stall', 'hang'],
  'web-chat': ['webchat', 'chat', 'control', 'websocket'],
};
/** Where their lines name a provider otherwise than we do. */
const PROVIDERS: { readonly [provider: string]: readonly string[] } = {
  xai: ['xai', 'grok'],
};
/** Words of names that say nothing of a subject. */
const COMMON = new Set(
  'after again alone already always answers back behind cannot dead does ends error every five from mid never once only over primary provider reply runs same second seconds silent that their then this three time turn turns twice under user while with'.split(
    ' ',
  ),
);

/** Topics of lines about other ways to OpenClaw than the web chat. */
const ELSEWHERE =
  'discord feishu imessage irc line matrix msteams qqbot signal slack teams telegram tui voice whatsapp'.split(
    ' ',
  );

/** The words by which the lines of a changelog are weighed for a scenario. */
export function subjectOf(scenario: Pick<Scenario, 'name' | 'setup'>): Subject {
  const [area = '', name = ''] = scenario.name.split('/');
  const words = name.split('-').filter((word) => word.length > 3 && !COMMON.has(word));
  const closer = [
    ...(AREAS[area] ?? []),
    ...providersOf(scenario).flatMap((provider) => PROVIDERS[provider] ?? [provider]),
  ];
  return new Map([
    ...words.map((word) => [word, NAME] as const),
    ...closer.map((word) => [word, AREA] as const),
  ]);
}

/**
 * The lines of a changelog between two versions that speak of a subject, the closest first. A word counts for the more the
 * fewer lines have it, and for twice as much in the topic that a line begins with: `Agents/failover: …`.
 * @param text the package's CHANGELOG.md; hostile
 * @param isBetween whether a version lies after the last one without the change, up to the first one with it
 */
export function changelogLines(
  text: string,
  subject: Subject,
  isBetween: (version: string) => boolean,
): string[] {
  const lines = [...new Set(linesBetween(text, isBetween))].map((line) => {
    const [topic = ''] = line.split(': ', 1);
    return { line, words: wordsOf(line), topic: wordsOf(topic.length < line.length ? topic : '') };
  });
  const weights = [...subject].map(([word, weight]) => {
    const having = lines.filter(({ words }) => has(words, word)).length;
    return { word, weight: weight * Math.log(1 + lines.length / Math.max(1, having)) };
  });
  const scored = lines.map(({ line, words, topic }) => {
    const spoken = weights.filter(({ word }) => has(words, word));
    const inTopic = spoken.filter(({ word }) => has(topic, word));
    const score = [...spoken, ...inTopic].reduce((sum, { weight }) => sum + weight, 0);
    // One word in passing is chance.
    const isAbout = spoken.length > 1 || inTopic.length > 0;
    return { line, score: isAbout && !ELSEWHERE.some((word) => topic.has(word)) ? score : 0 };
  });
  const best = Math.max(...scored.map(({ score }) => score));
  return scored
    .filter(({ score }) => score > 0 && score >= best / 2)
    .toSorted((a, b) => b.score - a.score)
    .slice(0, MOST_LINES)
    .map(({ line }) => plain(line.slice(0, LONGEST)));
}

/** Also its plural and the like; short words as they are, as `auth` is no part of `author`. */
const has = (words: ReadonlySet<string>, word: string): boolean =>
  words.has(word) ||
  words.has(`${word}s`) ||
  (word.length > 4 && [...words].some((one) => one.startsWith(word)));

const wordsOf = (text: string): Set<string> => new Set(text.toLowerCase().split(/[^a-z0-9]+/));

function linesBetween(text: string, isBetween: (version: string) => boolean): string[] {
  let inside = false;
  return text.split('\n').flatMap((line) => {
    const heading = /^## .*?(\d{4}\.\d+\.\d+[\w.-]*)/.exec(line)?.[1];
    if (line.startsWith('## ')) inside = heading !== undefined && isBetween(heading);
    return inside && line.startsWith('- ') ? [line.slice(2)] : [];
  });
}
