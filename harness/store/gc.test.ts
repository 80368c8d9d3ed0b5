import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeRunFolder } from '#harness/store/run-folder.ts';
import { collectGarbage } from './gc.ts';
import { VersionStore } from './version-store.ts';

let store: VersionStore;
beforeEach(() => {
  store = new VersionStore(mkdtempSync(join(tmpdir(), 'openclaw-repro-test-')));
});
afterEach(() => rmSync(store.folder, { recursive: true }));

const SIZE = 256 * 1024;
const path = (version: string) => join(store.folder, 'versions', version);

/** @param usedAt seconds since the epoch */
function install(version: string, usedAt: number): void {
  mkdirSync(path(version), { recursive: true });
  writeFileSync(join(path(version), 'code'), new Uint8Array(SIZE).fill(1));
  writeFileSync(join(path(version), 'sealed.json'), '{}');
  utimesSync(join(path(version), 'sealed.json'), usedAt, usedAt);
  const cache = join(store.folder, 'compile-cache', version);
  mkdirSync(cache, { recursive: true });
  writeFileSync(join(cache, 'compiled'), new Uint8Array(SIZE).fill(1));
}
const collect = (keep: number) => collectGarbage(store, keep, () => undefined);

test('what was least recently used goes first, with its compiled code, until the rest is small enough', async () => {
  install('2026.4.12', 3_000);
  install('2026.4.14', 1_000);
  install('2026.4.15', 2_000);
  mkdirSync(path('2026.4.20.unfinished-1'));
  const { removed, before, after } = await collect(2.5 * SIZE);
  expect(removed).toEqual(['2026.4.14', '2026.4.15']);
  expect(before).toBeGreaterThan(6 * SIZE);
  expect(after).toBeLessThan(2.5 * SIZE);
  expect(existsSync(path('2026.4.12'))).toBe(true);
  expect(existsSync(join(store.folder, 'compile-cache', '2026.4.14'))).toBe(false);
});

test('nothing goes where all is small enough', async () => {
  install('2026.4.12', 1_000);
  expect(await collect(1e9)).toMatchObject({ removed: [] });
});

test('nothing is touched while a gateway runs from the store', async () => {
  install('2026.4.12', 1_000);
  using _run = makeRunFolder(store.runs, 'a-run');
  await expect(collect(0)).rejects.toMatchObject({ code: 'STORE_BUSY', exitCode: 128 });
  expect(existsSync(path('2026.4.12'))).toBe(true);
});
