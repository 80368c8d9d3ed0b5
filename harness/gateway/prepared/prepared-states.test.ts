import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PreparedStates, type Shape } from './prepared-states.ts';

const NOW = 1_795_736_000_000;
const HOUR = 3_600_000;
const values = (token: string, at = NOW) => ({ named: { RT1: token, HOME: `/${token}/home` }, at });

/** What a run finds before its migration, with its own token and a time of `age` before it. */
const shape = (
  token: string,
  { age = 0, at = NOW, ...changes }: Partial<Shape> & { age?: number; at?: number } = {},
): Shape => ({
  version: '2026.9.6',
  build: { runtime: 'process', integrity: 'sha512-x', node: '24.21.0' },
  migration: [['doctor']],
  files: { 'auth.json': JSON.stringify({ refresh: token, expires: at + HOUR - age }) },
  values: values(token, at),
  ...changes,
});

let folder: string;
let states: PreparedStates;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'openclaw-repro-test-'));
  states = new PreparedStates(join(folder, 'states'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A HOME as `doctor` leaves it, with what it wrote last still beside the database. */
function migrated(token: string): string {
  const home = join(folder, token);
  mkdirSync(join(home, 'empty'), { recursive: true });
  writeFileSync(join(home, 'config.json'), `{"home":"/${token}/home"}`);
  const database = new DatabaseSync(join(home, 'state.sqlite'));
  database.exec('PRAGMA journal_mode = WAL; CREATE TABLE auth (refresh TEXT)');
  database.prepare('INSERT INTO auth VALUES (?)').run(token);
  // Left open: what was written lies in the `-wal` file.
  return home;
}

const keep = (token: string) => states.keep(shape(token), migrated(token), values(token), []);
const seals = () => readdirSync(join(folder, 'states', '2026.9.6'));

test('gives a later run of the same set-up what was prepared, with its own token, folder and times', () => {
  keep('rt_a');
  const later = NOW + 1_000 * HOUR;
  const found = states.find(shape('rt_b', { at: later }));
  const files = found?.files(values('rt_b', later)) ?? {};
  expect(Object.keys(files).toSorted()).toEqual(['config.json', 'empty/', 'state.sqlite']);
  expect(String(files['config.json'])).toBe('{"home":"/rt_b/home"}');
  writeFileSync(join(folder, 'copy.sqlite'), files['state.sqlite'] ?? '');
  using database = new DatabaseSync(join(folder, 'copy.sqlite'));
  expect(database.prepare('SELECT refresh FROM auth').all()).toEqual([{ refresh: 'rt_b' }]);
});

test.each<[string, Partial<Shape> & { age?: number }]>([
  ['version', { version: '2026.9.5' }],
  ['package', { build: { runtime: 'process', integrity: 'sha512-y', node: '24.21.0' } }],
  ['Node', { build: { runtime: 'process', integrity: 'sha512-x', node: '24.22.0' } }],
  ['runtime', { build: { runtime: 'container', integrity: 'sha512-x', node: '24.21.0' } }],
  ['set of commands', { migration: [['doctor', '--fix']] }],
  ['age of its token', { age: 2 * HOUR }],
  ['file', { files: { 'auth.json': '{}' } }],
])('another %s is another set-up', (_what, changes) => {
  keep('rt_a');
  expect(states.find(shape('rt_b'))).toBeDefined();
  expect(states.find(shape('rt_b', changes))).toBeUndefined();
});

test.each<[string, (path: string) => void]>([
  ['changed', (path) => writeFileSync(join(path, 'home', 'config.json'), '{}')],
  ['half gone', (path) => rmSync(join(path, 'home', 'state.sqlite'))],
  ['with a file too many', (path) => writeFileSync(join(path, 'home', 'more'), '')],
  ['without its seal', (path) => rmSync(join(path, 'sealed.json'))],
  ['with a seal that cannot be read', (path) => writeFileSync(join(path, 'sealed.json'), '{"values":')],
])('a state that lies there %s is taken away and made anew', (_how, damage) => {
  keep('rt_a');
  damage(join(folder, 'states', '2026.9.6', seals()[0] ?? ''));
  expect(states.find(shape('rt_b'))).toBeUndefined();
  expect(seals()).toEqual([]);
  keep('rt_c');
  expect(states.find(shape('rt_b'))).toBeDefined();
});

test('what another code of ours has made is cleared', () => {
  keep('rt_a');
  const [old = ''] = seals();
  const seal = join(folder, 'states', '2026.9.6', old, 'sealed.json');
  writeFileSync(seal, readFileSync(seal, 'utf8').replace(/"code":"\w+"/, '"code":"older"'));
  states.keep(shape('rt_b', { migration: [['another']] }), migrated('rt_b'), values('rt_b'), []);
  expect(seals()).toHaveLength(1);
  expect(seals()).not.toContain(old);
});

test('what a killed run has half made is cleared, and what a living one makes is not', () => {
  const unfinished = (pid: number) => {
    const path = join(folder, 'states', '2026.9.6', `x.unfinished-${pid}`);
    mkdirSync(path, { recursive: true });
    return `x.unfinished-${pid}`;
  };
  const [dead, living] = [unfinished(2 ** 30), unfinished(process.ppid)];
  keep('rt_a');
  expect(seals()).not.toContain(dead);
  expect(seals()).toContain(living);
});
