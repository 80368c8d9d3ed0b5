import { chmodSync, linkSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { packageFolder, readSeal, sealVersion } from './seal.ts';

let path: string;
const file = (name: string) => join(packageFolder(path), name);

beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'openclaw-repro-test-'));
  mkdirSync(file('dist'), { recursive: true });
  mkdirSync(join(path, 'node_modules/ws'));
  writeFileSync(file('openclaw.mjs'), 'launch()');
  writeFileSync(file('dist/build-info.json'), '{"commit":"323493f"}');
});
afterEach(() => rmSync(path, { recursive: true }));

function overwrite(name: string): void {
  chmodSync(file(name), 0o644);
  writeFileSync(file(name), 'other');
}

const seal = () => sealVersion(path, { version: '2026.4.14', integrity: 'sha512-x' });

test('a sealed version is whole, read-only, and knows its commit', async () => {
  const made = await seal();
  expect(made.commit).toBe('323493f');
  expect(await readSeal(path)).toEqual(made);
  expect(statSync(file('openclaw.mjs')).mode & 0o222).toBe(0);
});

test('a version without its seal is half made', async () => {
  expect(await readSeal(path)).toBeUndefined();
  writeFileSync(join(path, 'sealed.json'), '{"version":');
  expect(await readSeal(path)).toBeUndefined();
});

test.each<[string, () => void]>([
  ['changed', () => overwrite('openclaw.mjs')],
  ['added', () => writeFileSync(file('dist/staged.js'), '')],
  ['beside it removed', () => rmSync(join(path, 'node_modules/ws'), { recursive: true })],
  ['given a second name', () => linkSync(file('openclaw.mjs'), join(path, 'again'))],
  ['removed', () => rmSync(file('dist/build-info.json'))],
])('a version with a file that was %s since is not whole', async (_what, damage) => {
  await seal();
  damage();
  expect(await readSeal(path)).toBeUndefined();
});

test('the mark of an install without scripts may go: the gateway takes it away when it first starts', async () => {
  writeFileSync(file('.openclaw-lifecycle-pending'), '');
  const made = await seal();
  rmSync(file('.openclaw-lifecycle-pending'));
  expect(await readSeal(path)).toEqual(made);
});

test('what its dependencies do in their own folders does not count', async () => {
  const made = await seal();
  mkdirSync(file('node_modules/dep'), { recursive: true });
  expect(await readSeal(path)).toEqual(made);
});
