import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordOfHang } from '#reports/testing.ts';
import { readRecords } from './read-records.ts';

let folder: string;
const put = (path: string, text: string): string => {
  const file = join(folder, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
  return file;
};
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'openclaw-repro-test-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('reads every record below a folder, each once', () => {
  const file = put('runs/a/1/record.json', JSON.stringify(recordOfHang()));
  put('runs/b/1/record.json', JSON.stringify(recordOfHang({ seed: 'other' })));
  expect(readRecords([join(folder, 'runs'), file]).map(({ seed }) => seed)).toEqual(['seed', 'other']);
});

test.each([
  ['what is not there', () => join(folder, 'none'), /none cannot be read: ENOENT/],
  ['an empty folder', () => join(put('empty/x', ''), '..'), /There is no record\.json in .*empty/],
  ['no JSON', () => put('text.json', 'hello'), /text\.json is no record of a run: .*JSON/],
  [
    'JSON that is something else',
    () => put('else.json', '[]'),
    /else\.json is no record of a run: .*expected object/,
  ],
  [
    'a record without its seed',
    () => put('seed.json', JSON.stringify({ ...recordOfHang(), seed: 1 })),
    /seed: /,
  ],
  [
    'a record of another schema',
    () => put('new.json', JSON.stringify({ ...recordOfHang(), schema: 2 })),
    /has schema 2, and this openclaw-repro reads 1/,
  ],
  ['what no run writes', () => huge(), /has 300 MB; a record has at most 128 MB/],
])('of %s it says so in one sentence', (_, path, sentence) => {
  const given = path();
  expect(() => readRecords([given])).toThrow(
    expect.objectContaining({ exitCode: 128, message: expect.stringMatching(sentence) }),
  );
});

function huge(): string {
  const file = put('huge.json', '');
  truncateSync(file, 300 * 1024 * 1024);
  return file;
}
