import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { VersionStore } from '#harness/store/version-store.ts';

/** Its commits are real packages: the launcher of a checkout leads to one of the store. */
const HISTORY = ['2026.4.12', 'not built', '2026.4.14', '2026.4.14'];
const bin = fileURLToPath(new URL('../openclaw-repro.mjs', import.meta.url));
let repository: string;

const git = (...args: string[]): string =>
  execFileSync(
    'git',
    ['-C', repository, '-c', 'user.name=test', '-c', 'user.email=test@example.invalid', ...args],
    {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  ).trim();

beforeAll(async () => {
  const store = new VersionStore();
  repository = mkdtempSync(join(tmpdir(), 'openclaw-repro-test-'));
  git('init', '--quiet');
  for (const [index, version] of HISTORY.entries()) {
    const built = version === 'not built' ? undefined : await store.prepare(version, () => undefined);
    const manifest = { name: 'openclaw', version: built?.version ?? '2026.4.14', type: 'module' };
    writeFileSync(join(repository, 'package.json'), JSON.stringify({ ...manifest, change: index }));
    writeFileSync(
      join(repository, 'openclaw.mjs'),
      built
        ? `await import(${JSON.stringify(pathToFileURL(built.entry).href)});\n`
        : 'throw new Error("no dist");\n',
    );
    git('add', '.');
    git('commit', '--quiet', '--message', `commit ${index}`);
  }
});
afterAll(() => rmSync(repository, { recursive: true, force: true }));

test('git bisect run finds the commit, and skips one that does not start', () => {
  git('bisect', 'start', 'HEAD', 'HEAD~3');
  // Where only skipped commits are left git says so with a code of its own.
  const { stdout } = spawnSync(
    'git',
    [
      ...['-C', repository, 'bisect', 'run', process.execPath, bin, 'run', 'stream/strict-codex-path'],
      ...['--gateway', 'path:.', '--runtime', 'process', '--no-control'],
      ...['--output', join(repository, '.git', 'out')],
    ],
    { encoding: 'utf8', cwd: repository },
  );
  expect(stdout).toMatch(/first bad commit could be any of/i);
  const log = git('bisect', 'log');
  expect(log).toMatch(/^# bad: .*commit 2$/m);
  expect(log).toMatch(/^# skip: .*commit 1$/m);
});
