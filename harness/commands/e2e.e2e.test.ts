import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isAlive, processesOf, startTimeOf } from '#harness/base/processes.ts';
import { Batch } from '#harness/batch/batch.ts';
import type { Gateway } from '#harness/gateway/gateway.ts';
import { resolveGateway } from '#harness/gateway/resolve.ts';
import { runRecord } from '#harness/record/record.ts';
import { loadLibrary, select } from '#harness/scenario/library.ts';
import { VersionStore } from '#harness/store/version-store.ts';

/** The version of the thread; the stock package from the registry. */
const VERSION = '2026.4.14';
/** The user's versions, but runs of our own: another harness may be at work on this machine. */
const versions = new VersionStore();
const { signal } = new AbortController();
let gateway: Gateway;
let folder: string;
let store: VersionStore;

beforeAll(async () => {
  gateway = await resolveGateway(VERSION, { store: versions, progress: () => undefined, signal });
  folder = mkdtempSync(join(tmpdir(), 'openclaw-repro-test-'));
  store = new VersionStore(join(folder, 'store'));
  mkdirSync(store.runs, { recursive: true });
  for (const shared of ['versions', 'compile-cache']) {
    symlinkSync(join(versions.folder, shared), join(store.folder, shared));
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

const ownRuns = () => readdirSync(store.runs);

describe(`the real openclaw ${VERSION}`, () => {
  test('is clean where all is well, and hangs where its streams are cut', async () => {
    const scenarios = select(await loadLibrary(), ['control/healthy-codex', 'stream/terminated-mid-reply']);
    const batch = new Batch({ jobs: 2, signal, play: { runs: store.runs }, seed: 'e2e' });
    const [healthy, cut] = await batch.all(scenarios.map((scenario) => ({ scenario, gateway })));
    expect(healthy, healthy?.verdict).toMatchObject({ outcome: 'clean', findings: [] });
    expect(healthy?.turns.map(({ ending }) => ending)).toEqual(['answered', 'answered', 'answered']);
    expect(healthy?.refused).not.toEqual({});

    expect(cut, cut?.verdict).toMatchObject({ outcome: 'reproduced' });
    expect(cut?.turns.map(({ ending, stage }) => `${ending} at ${stage}`)).toEqual([
      'never at streaming',
      'never at streaming',
    ]);
    const proof = cut?.findings[0]?.evidence.map((seq) => cut.timeline[seq]?.kind);
    expect(proof).toEqual([
      'turn.sent',
      'turn.accepted',
      'provider.request',
      'chat.event',
      'turn.run-ended',
      'turn.given-up',
    ]);
    for (const record of [healthy, cut])
      expect(() => runRecord.parse(JSON.parse(JSON.stringify(record)))).not.toThrow();
    expect(ownRuns()).toEqual([]);
  });

  test('is ended by Ctrl-C, and nothing is left', async () => {
    const harness = await startHarness();
    const [runId = ''] = ownRuns();
    harness.child.kill('SIGINT');
    expect(await harness.exitCode).toBe(130);
    expect(processesOf(runId)).toEqual([]);
    expect(ownRuns()).toEqual([]);
  });

  test('outlives a harness that is killed, and is ended by the next start, which touches nothing else', async () => {
    const first = await startHarness();
    const [abandoned = ''] = ownRuns();
    first.child.kill('SIGKILL');
    await first.exitCode;
    // With its start time a process is told from a later one of the same pid, and from one that is only not yet reaped.
    const left = processesOf(abandoned).map((pid) => ({ pid, startTime: startTimeOf(pid) ?? 'gone' }));
    expect(left.length).toBeGreaterThan(0);

    const second = await startHarness();
    await expect.poll(() => left.filter(({ pid, startTime }) => isAlive(pid, startTime))).toEqual([]);
    const [running = ''] = ownRuns();
    expect(running).not.toBe(abandoned);
    expect(processesOf(running).length).toBeGreaterThan(0);
    expect(second.said()).toContain('Ended what 1 killed run left behind.');
    second.child.kill('SIGTERM');
    expect(await second.exitCode).toBe(143);
    expect(ownRuns()).toEqual([]);
  });
});

/** Starts the command line and waits until its gateway runs. */
async function startHarness() {
  const bin = fileURLToPath(new URL('../openclaw-repro.mjs', import.meta.url));
  const args = ['run', 'control/healthy-codex', '--gateway', VERSION, '--output', join(folder, 'out')];
  const before = new Set(ownRuns());
  const child = spawn(process.execPath, [bin, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, OPENCLAW_REPRO_STORE: store.folder },
  });
  let text = '';
  child.stderr.on('data', (chunk: Buffer) => {
    text += chunk;
  });
  const exitCode = new Promise<number | null>((resolve) => child.on('close', resolve));
  const fresh = () => ownRuns().find((runId) => !before.has(runId));
  await expect.poll(() => processesOf(fresh() ?? 'none yet').length, { timeout: 30_000 }).toBeGreaterThan(0);
  return { child, exitCode, said: () => text };
}
