import { expect, test } from 'vitest';
import { parseScenario } from '#harness/scenario/scenario.ts';
import { compareVersions } from '#harness/versions/version.ts';
import { changelogLines, subjectOf } from './changelog.ts';

const about = (name: string, model = 'codex/gpt-5.4') =>
  subjectOf(parseScenario(name, { title: 'x', setup: { model }, script: async () => undefined }));
const isBetween = (version: string) =>
  compareVersions(version, '2026.4.12') > 0 && compareVersions(version, '2026.4.14') <= 0;
const linesFor = (subject: ReturnType<typeof about>, ...lines: string[]) =>
  changelogLines(['## 2026.4.14', ...lines.map((line) => `- ${line}`)].join('\n'), subject, isBetween);

test('only the lines between both versions, without what a terminal would obey', () => {
  const text = [
    '## 2026.4.15',
    '- Codex: too late',
    '## 2026.4.14',
    '- Codex: \u001b[31mstrict\u001b[0m path for responses',
    '- Pictures: shorter',
    '## 2026.4.12',
    '- Codex: too early',
  ].join('\n');
  expect(changelogLines(text, about('stream/strict-codex-path'), isBetween)).toEqual([
    'Codex: strict path for responses',
  ]);
  expect(changelogLines(text, about('timeout/xai-never-answers', 'xai/grok-4'), isBetween)).toEqual([]);
  expect(changelogLines('', about('stream/strict-codex-path'), isBetween)).toEqual([]);
});

test('a line whose topic is the subject comes before one that has its words in passing', () => {
  const lines = linesFor(
    about('stream/strict-codex-path'),
    'Ollama: strip a strict prefix of a model path from a stream',
    'Agents/gateway-tool: reject routes with no path that are configured',
    'OpenAI Codex/models: send old rows to the canonical transport path',
    'Pictures: smaller',
  );
  expect(lines[0]).toContain('OpenAI Codex/models');
  expect(lines.join()).not.toMatch(/Pictures|gateway-tool/);
});

test('the same words count for more in the topic, and one word in passing counts for nothing', () => {
  const subject = about('stream/strict-codex-path');
  const [inTopic, inText] = ['Codex/stream: mend rows', 'Models: mend rows of the Codex stream'];
  expect(linesFor(subject, inText, inTopic)).toEqual([inTopic, inText]);
  expect(linesFor(subject, 'Pictures: shown in a stream')).toEqual([]);
});

test('an area is found by what changelogs call it', () => {
  const lines = [
    'Agents/failover: classify bare failures (`terminated`, aborted streams) as timeout',
    'xAI: give Grok a timeout',
    'Auth/OAuth: refresh a token once',
    'Control UI: a tidier list',
  ];
  const [failover, grok, oauth] = lines;
  expect(linesFor(about('fallback/primary-recovers'), ...lines)).toEqual([failover]);
  expect(linesFor(about('timeout/xai-never-answers', 'xai/grok-4'), ...lines)[0]).toBe(grok);
  expect(linesFor(about('oauth/dead-refresh-token-alone'), ...lines)).toEqual([oauth]);
});

test('lines about other channels than the web chat are left out, and what is told twice is said once', () => {
  const line = 'Agents/transport: mend terminated streams';
  const lines = linesFor(
    about('stream/terminated-mid-reply'),
    line,
    'Telegram/polling: rebuild a terminated transport socket',
    line,
  );
  expect(lines).toEqual([line]);
});

test('no more than five, and none longer than a few lines', () => {
  const many = Array.from({ length: 9 }, (_, index) => `Codex: stream ${index} ${'x'.repeat(900)}`);
  const lines = linesFor(about('stream/strict-codex-path'), ...many);
  expect(lines).toHaveLength(5);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(300);
});
