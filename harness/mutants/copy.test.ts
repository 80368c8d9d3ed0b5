import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PreparedVersion } from '#harness/store/prepared.ts';
import { copyOf } from './copy.ts';
import { defects } from './defects.mjs';
import { mutants } from './mutants.ts';

let folder: string;
let prepared: PreparedVersion;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mutants-'));
  const own = join(folder, 'version', 'node_modules', 'openclaw');
  const ws = join(folder, 'version', 'node_modules', 'ws');
  for (const path of [join(own, 'dist'), ws]) mkdirSync(path, { recursive: true });
  writeFileSync(join(ws, 'index.js'), 'exports.WebSocket = class { send() {} emit() {} };');
  const entry = join(own, 'openclaw.mjs');
  // As the launcher of 2026.9.6 does: by its own path, whoever has called it.
  writeFileSync(
    entry,
    "#!/usr/bin/env node\nimport { spawnSync } from 'node:child_process';\n" +
      'const again = [import.meta.filename, ...process.argv.slice(2)];\n' +
      "if (process.env.AGAIN) await import('./dist/entry.mjs');\n" +
      "else spawnSync(process.execPath, again, { env: { ...process.env, AGAIN: '1' }, stdio: 'inherit' });\n",
  );
  writeFileSync(
    join(own, 'dist', 'entry.mjs'),
    "import { createRequire } from 'node:module';\n" +
      "const { WebSocket } = createRequire(import.meta.url)('ws');\n" +
      'console.log(/frame/.test(String(WebSocket.prototype.send)));',
  );
  const build = { integrity: 'sha512-x' };
  prepared = {
    version: '2026.4.14',
    folder: join(folder, 'version'),
    entry,
    stageBundledDeps: false,
    build,
    compileCache: join(folder, 'cache'),
  };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const saidBy = (entry: string, ...args: string[]): string =>
  spawnSync(process.execPath, [entry, ...args], { encoding: 'utf8' }).stdout.trim();

test('a copy has the defect, in the gateway alone, and the package in the store has not', () => {
  const before = readFileSync(prepared.entry, 'utf8');
  const near = join(folder, 'near');
  using copy = copyOf(prepared, near);
  const { entry } = copy.with('final-dropped');
  expect(saidBy(entry, 'gateway', 'run')).toBe('true');
  expect(saidBy(entry, 'doctor')).toBe('false');
  expect(saidBy(prepared.entry, 'gateway', 'run')).toBe('false');
  expect(readFileSync(prepared.entry, 'utf8')).toBe(before);
  expect(existsSync(join(prepared.folder, 'node_modules', 'openclaw', 'with'))).toBe(false);
  copy[Symbol.dispose]();
  expect(readdirSync(near)).toEqual([]);
});

test('every defect is played, once', () => {
  expect(mutants.map(({ defect }) => defect).toSorted()).toEqual(defects.toSorted());
});
