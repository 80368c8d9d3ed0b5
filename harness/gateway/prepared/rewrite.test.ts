import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Rewrite } from './rewrite.ts';

const HOUR = 3_600_000;
const FROM = { named: { RT1: 'rt_a', HOME: '/a/home', FOLDER: '/a', PORT: '20001' }, at: 1_795_736_000_000 };
const TO = { named: { RT1: 'rt_b', HOME: '/bb/home', FOLDER: '/bb', PORT: '31999' }, at: FROM.at + 5 * HOUR };
const rewrite = new Rewrite(FROM, TO);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'openclaw-repro-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('puts tokens, folders and the port of one run in the place of those of another', () => {
  expect(rewrite.text('{"refresh":"rt_a","port":20001,"log":"/a/tmp/x","home":"/a/home/y"}')).toBe(
    '{"refresh":"rt_b","port":31999,"log":"/bb/tmp/x","home":"/bb/home/y"}',
  );
});

test('leaves a longer number alone that the port is a part of', () => {
  expect(rewrite.text('1200010 20001 1.20001e3')).toBe('1200010 31999 1.31999e3');
});

test('moves times on by what lies between the two runs, and no other number', () => {
  const at = FROM.at + 1_234;
  expect(rewrite.text(`{"expires":${at},"id":${at}99,"share":0.${at}}`)).toBe(
    `{"expires":${at + 5 * HOUR},"id":${at}99,"share":0.${at}}`,
  );
  expect(rewrite.text('1234567890123')).toBe('1234567890123');
  expect(rewrite.text(`at ${new Date(at).toISOString()}`)).toBe(
    `at ${new Date(at + 5 * HOUR).toISOString()}`,
  );
});

test('reaches every column of every table, and leaves what it does not know as it is', () => {
  const path = join(folder, 'x.sqlite');
  const binary = Buffer.from([0, 255, 254, 1]);
  {
    using database = new DatabaseSync(path);
    database.exec(`CREATE TABLE "odd ""name""" (k TEXT PRIMARY KEY, n INTEGER, b BLOB, t TEXT) WITHOUT ROWID;
      CREATE TABLE plain (at INTEGER, big INTEGER, half REAL, double INTEGER GENERATED ALWAYS AS (at * 2));`);
    database.prepare('INSERT INTO "odd ""name""" VALUES (?, ?, ?, ?)').run('rt_a', 20_001, binary, null);
    database.prepare('INSERT INTO plain (at, big, half) VALUES (?, ?, ?)').run(FROM.at, 2n ** 60n + 1n, 0.5);
  }
  writeFileSync(path, rewrite.content(readFileSync(path)));
  using database = new DatabaseSync(path);
  expect(database.prepare('SELECT * FROM "odd ""name"""').all()).toEqual([
    { k: 'rt_b', n: 31_999, b: new Uint8Array(binary), t: null },
  ]);
  const plain = database.prepare('SELECT * FROM plain');
  plain.setReadBigInts(true);
  const at = BigInt(TO.at);
  expect(plain.all()).toEqual([{ at, big: 2n ** 60n + 1n, half: 0.5, double: at * 2n }]);
});

test('leaves a file alone that is neither a text nor a database', () => {
  const key = Buffer.from([0x80, 0x66, 0x00, 0xff]);
  expect(rewrite.content(key)).toBe(key);
});
