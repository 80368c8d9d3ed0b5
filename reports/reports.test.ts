import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runRecord } from '#harness/record/record.ts';
import { markdownReport } from './markdown.ts';
import { runRecordSchema, schemaFile } from './schema.ts';
import { outcomeTable, summary } from './table.ts';
import { recordOfHang } from './testing.ts';
import { makeReportFolder, writeReports } from './write.ts';

test('the published schema is the one of the record (`npm run schema` writes it)', () => {
  expect(readFileSync(schemaFile, 'utf8')).toBe(runRecordSchema());
});

test('a record survives being written and read', () => {
  const record = recordOfHang();
  expect(runRecord.parse(JSON.parse(JSON.stringify(record)))).toEqual(record);
});

test('the report says first what was found, and how to see it again', () => {
  const report = markdownReport(recordOfHang());
  expect(report).toMatch(
    /^# reproduced: stream\/terminated on openclaw 2026\.4\.14\n\n\*\*Turn 1 .* never ended/,
  );
  expect(report).toContain(
    '```sh\nnpm run repro -- run stream/terminated --gateway 2026.4.14 --seed seed\n```',
  );
  expect(report).toContain('- `reply-arrives`: ');
  expect(report).toContain('| 1 | agent:main:main | never | streaming | – | 4 |');
  expect(report).toContain('refused by the closed network: openrouter.ai:443 (1)');
});

test('text from a gateway can neither ping, nor link, nor leave its fence or table', () => {
  const hostile = '@maintainer #12 ``` </details> | <img src=x> **bold**';
  const record = recordOfHang({
    verdict: hostile,
    turns: [{ number: 0, session: 's', stage: 'accepted', ending: 'failed', text: hostile, attempts: 0 }],
    error: { code: 'X', message: hostile, advice: '', logTail: [`${hostile}\n\`\`\`\`\n# free`] },
  });
  const report = markdownReport(record);
  const prose = report.replace(/^(`{3,})(?:text|sh)\n[\s\S]*?^\1$/gm, '');
  expect(prose).not.toMatch(/@maintainer|#12\b|(?<!\\)<img|(?<!\\)\*\*bold/);
  expect(prose).not.toContain('# free');
  expect(prose.match(/(?<!\\)<\/details>/g)?.length).toBe(prose.match(/<details>/g)?.length);
});

test('a report never takes the place of an earlier one', () => {
  const output = mkdtempSync(join(tmpdir(), 'openclaw-repro-test-'));
  const folders = [1, 2].map(() => {
    const folder = makeReportFolder(recordOfHang(), output);
    writeReports(recordOfHang(), folder);
    return folder;
  });
  expect(new Set(folders).size).toBe(2);
  const lines = readFileSync(join(folders[0] ?? '', 'timeline.jsonl'), 'utf8')
    .trim()
    .split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual(recordOfHang().timeline);
  rmSync(output, { recursive: true });
});

test('a run leaves every form, and an issue only where something is reproduced', () => {
  const folder = mkdtempSync(join(tmpdir(), 'openclaw-repro-test-'));
  const files = ['annotations.txt', 'junit.xml', 'providers.har', 'record.json', 'report.html', 'report.md'];
  const always = [...files, 'summary.md', 'timeline.jsonl'];
  writeReports(recordOfHang({ outcome: 'clean', findings: [] }), folder);
  expect(readdirSync(folder).toSorted()).toEqual(always);
  writeReports(recordOfHang(), folder);
  expect(readdirSync(folder).toSorted()).toEqual(['issue.md', ...always].toSorted());
  writeReports(recordOfHang({ outcome: 'untestable' }), folder);
  expect(readdirSync(folder).toSorted()).toEqual(always);
  rmSync(folder, { recursive: true });
});

test('the table names each outcome with its sentence, and the summary counts them', () => {
  const records = [recordOfHang(), recordOfHang({ outcome: 'clean', verdict: 'All fine.' })];
  const table = outcomeTable(records, process.stderr);
  expect(table).toContain('reproduced');
  expect(table).toContain('All fine.');
  expect(summary(records)).toBe('2 runs: 1 reproduced, 1 clean');
});
