import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isAlive, RUN_MARK, startTimeOf } from '#harness/base/processes.ts';
import { clearLeftovers, makeRunFolder } from './run-folder.ts';

let runs: string;
const started: ChildProcess[] = [];

beforeEach(() => {
  runs = mkdtempSync(join(tmpdir(), 'openclaw-repro-test-'));
});
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  rmSync(runs, { recursive: true });
});

/** A process that sleeps, with the mark of a run as a gateway has it. */
async function sleeper(runId?: string): Promise<number> {
  const child = spawn(process.execPath, ['-e', 'console.log(1); setTimeout(() => {}, 60_000)'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: runId ? { [RUN_MARK]: runId } : {},
  });
  started.push(child);
  await once(child.stdout, 'data');
  return child.pid ?? 0;
}

function ownedBy(runId: string, owner: object): void {
  mkdirSync(join(runs, runId));
  writeFileSync(join(runs, runId, 'owner.json'), JSON.stringify(owner));
}

test('a run folder goes with its run, unless it is kept', () => {
  const run = (keep: boolean) => {
    using folder = makeRunFolder(runs, keep ? 'kept' : 'gone');
    if (keep) folder.keep();
    return folder.path;
  };
  expect(existsSync(run(false))).toBe(false);
  expect(existsSync(run(true))).toBe(true);
  expect(clearLeftovers(runs)).toEqual([]);
  expect(existsSync(join(runs, 'kept'))).toBe(true);
});

test('ends what a killed harness left, and nothing else', async () => {
  const left = await sleeper('dead-run');
  const stranger = await sleeper();
  const other = await sleeper('live-run');
  ownedBy('dead-run', { pid: 2 ** 22 + 1, startTime: '1' });
  ownedBy('live-run', { pid: process.pid, startTime: startTimeOf(process.pid) });
  expect(clearLeftovers(runs)).toEqual(['dead-run']);
  await expect.poll(() => isAlive(left, startTimeOf(left) ?? 'gone')).toBe(false);
  expect([stranger, other].map((pid) => isAlive(pid))).toEqual([true, true]);
  expect(existsSync(join(runs, 'dead-run'))).toBe(false);
  expect(existsSync(join(runs, 'live-run'))).toBe(true);
});

test('a process that was given the pid of a dead harness does not save its leftovers', () => {
  ownedBy('dead-run', { pid: process.pid, startTime: '1' });
  expect(clearLeftovers(runs)).toEqual(['dead-run']);
});

test('leaves a folder alone that does not say whose it is', () => {
  mkdirSync(join(runs, 'strange'));
  ownedBy('broken', { pid: 'x' });
  expect(clearLeftovers(runs)).toEqual([]);
  expect(existsSync(join(runs, 'strange')) && existsSync(join(runs, 'broken'))).toBe(true);
});
