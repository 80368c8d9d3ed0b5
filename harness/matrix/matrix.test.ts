import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HarnessError } from '#harness/base/error.ts';
import { Batch, type BatchOptions } from '#harness/batch/batch.ts';
import { ResultCache } from '#harness/batch/cache.ts';
import type { Gateway } from '#harness/gateway/gateway.ts';
import type { RunRecord } from '#harness/record/record.ts';
import { loadLibrary, select } from '#harness/scenario/library.ts';
import type { Scenario } from '#harness/scenario/scenario.ts';
import { recordOfHang } from '#reports/testing.ts';
import { runMatrix, shardOf } from './matrix.ts';
import { matrixResult, mergeResults, resultOf } from './result.ts';

const versions = ['2026.4.12', '2026.4.14', '2026.4.15'];
const scenarios = select(await loadLibrary(), ['control/healthy-codex', 'stream/strict-codex-path']);
const [control, strict] = scenarios as [Scenario, Scenario];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'openclaw-repro-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const gateway = (version: string): Gateway => ({
  version,
  build: { runtime: 'process', integrity: `sha512-${version}`, node: '24.0.0' },
  start: () => Promise.reject(new Error('not in this test')),
});

const record = (scenario: Scenario, version: string, outcome: RunRecord['outcome'] = 'clean'): RunRecord => {
  const sample = recordOfHang();
  return {
    ...sample,
    scenario: { ...sample.scenario, name: scenario.name, title: scenario.title },
    gateway: { version, ...gateway(version).build },
    outcome,
  };
};

const broken = new HarnessError('INTEGRITY', 'x', 'y');

type Change = Partial<Parameters<typeof runMatrix>[0]> & Partial<BatchOptions>;

/** Plays a matrix on fake gateways; 2026.4.14 has the regression. */
function play({ prepare, onEntry, ...change }: Change = {}) {
  const ran: string[] = [];
  const batch = new Batch({
    jobs: 2,
    signal: new AbortController().signal,
    play: { runs: folder },
    run: async (scenario, { version }, { signal }) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      signal.throwIfAborted();
      ran.push(`${version} ${scenario.name}`);
      return record(
        scenario,
        version,
        version === '2026.4.14' && scenario === strict ? 'reproduced' : 'clean',
      );
    },
    cache: new ResultCache(folder),
    ...change,
  });
  const result = runMatrix({
    versions: change.versions ?? versions,
    scenarios: change.scenarios ?? scenarios,
    prepare: prepare ?? (async (version) => gateway(version)),
    batch,
    onEntry: onEntry ?? (() => undefined),
  });
  return { result, ran };
}

test('runs every scenario on every version once, and nothing twice', async () => {
  const first = play();
  const result = resultOf(await first.result);
  expect(first.ran).toHaveLength(6);
  expect(result.cells.map(({ version, outcome }) => `${version} ${outcome}`)).toEqual([
    '2026.4.12 clean',
    '2026.4.12 clean',
    '2026.4.14 clean',
    '2026.4.14 reproduced',
    '2026.4.15 clean',
    '2026.4.15 clean',
  ]);
  expect(matrixResult.parse(JSON.parse(JSON.stringify(result)))).toEqual(result);

  const second = play();
  expect(resultOf(await second.result)).toEqual(result);
  expect(second.ran).toEqual([]);
  const third = play({ again: true });
  await third.result;
  expect(third.ran).toHaveLength(6);
});

test('ended twice in the middle and started again, it comes to the same result', async () => {
  const whole = resultOf(await play({ cache: new ResultCache(join(folder, 'other')) }).result);
  let runs = 0;
  for (const after of [1, 2]) {
    const stop = new AbortController();
    let entries = 0;
    const onEntry = (_: unknown, cached: boolean) => {
      if (!cached && ++entries === after) stop.abort(new Error('killed'));
    };
    const part = play({ signal: stop.signal, onEntry });
    await expect(part.result).rejects.toThrow('killed');
    runs += part.ran.length;
  }
  const rest = play();
  expect(resultOf(await rest.result)).toEqual(whole);
  expect(runs + rest.ran.length).toBe(6);
});

test('a version that could not be prepared is untestable with its reason, and the matrix goes on', async () => {
  const prepare = async (version: string) => {
    if (version === '2026.4.14') throw broken;
    return gateway(version);
  };
  const { cells } = resultOf(await play({ prepare }).result);
  expect(cells.filter(({ version }) => version === '2026.4.14')).toEqual(
    scenarios.map(({ name }) => ({
      version: '2026.4.14',
      scenario: name,
      outcome: 'untestable',
      findings: [],
      reason: 'INTEGRITY',
    })),
  );
  expect(cells.filter(({ outcome }) => outcome === 'clean')).toHaveLength(4);
});

test('no space left ends it, as does a failure of the harness, and nothing goes on running', async () => {
  const full = new HarnessError('NO_SPACE', 'full', 'y');
  await expect(play({ prepare: () => Promise.reject(full) }).result).rejects.toBe(full);
  const fault = new Error('oops');
  await expect(play({ run: () => Promise.reject(fault) }).result).rejects.toBe(fault);
});

test('a run that its scenario or the harness spoils is a cell with its reason, and is run again the next time', async () => {
  const spoil = async (code: string, blame: 'call' | 'gateway') => {
    const ran: string[] = [];
    const result = play({
      run: async (scenario, { version }) => {
        ran.push(`${version} ${scenario.name}`);
        const clean = { ...record(scenario, version), findings: [] };
        if (scenario !== strict || version === '2026.4.12') return clean;
        const error = { code, blame, message: 'x', advice: 'y', logTail: [] };
        return { ...clean, outcome: 'untestable', error };
      },
    });
    return { ...resultOf(await result.result), ran };
  };
  const { cells } = await spoil('SCRIPT_FAILED', 'call');
  expect(cells.filter(({ outcome }) => outcome === 'clean')).toHaveLength(4);
  expect(cells.filter(({ reason }) => reason)).toEqual(
    ['2026.4.14', '2026.4.15'].map((version) => ({
      ...{ version, scenario: strict.name, outcome: 'untestable', findings: [] },
      ...{ reason: 'SCRIPT_FAILED', blame: 'call' },
    })),
  );
  expect((await spoil('BOOT_FAILED', 'gateway')).ran).toEqual(
    ['2026.4.14', '2026.4.15'].map((version) => `${version} ${strict.name}`),
  );
  expect((await spoil('BOOT_FAILED', 'gateway')).ran).toEqual([]);
});

test('where the control of a version fails, nothing else of it counts', () => {
  const entries = [
    { record: { ...record(control, '2026.4.14', 'untestable'), doubt: 'control-fails' as const } },
    { record: record(strict, '2026.4.14', 'reproduced') },
    { record: record(strict, '2026.4.15', 'reproduced') },
  ];
  expect(resultOf(entries).cells.map(({ outcome, reason }) => reason ?? outcome)).toEqual([
    'control-fails',
    'control/healthy-codex',
    'reproduced',
  ]);
});

test('the order in which runs end changes nothing', () => {
  const entries = versions.flatMap((version) => scenarios.map((one) => ({ record: record(one, version) })));
  fc.assert(
    fc.property(fc.shuffledSubarray(entries, { minLength: entries.length }), (shuffled) => {
      expect(resultOf(shuffled)).toEqual(resultOf(entries));
    }),
  );
});

test('the shards of a list are the list, and their results the result', () => {
  const shards = [1, 2].map((index) => shardOf(versions, { index, count: 2 }));
  expect(shards.flat().toSorted()).toEqual(versions);
  const entries = (of: readonly string[]) =>
    of.flatMap((version) => scenarios.map((one) => ({ record: record(one, version) })));
  expect(mergeResults(shards.map((shard) => resultOf(entries(shard))))).toEqual(resultOf(entries(versions)));
});

test('another package, Node or scenario is another result; a broken file is none', () => {
  const cache = new ResultCache(folder);
  const kept = record(control, '2026.4.14');
  cache.put(control, gateway('2026.4.14'), kept);
  expect(cache.get(control, gateway('2026.4.14'))).toEqual(kept);
  const other = gateway('2026.4.14');
  for (const change of [{ integrity: 'sha512-y' }, { node: '22.0.0' }, { runtime: 'container' as const }]) {
    expect(cache.get(control, { ...other, build: { ...other.build, ...change } })).toBeUndefined();
  }
  expect(cache.get(strict, other)).toBeUndefined();
  for (const name of readdirSync(folder)) writeFileSync(join(folder, name), 'half');
  expect(cache.get(control, other)).toBeUndefined();
});

test.each([
  ['was not ready, and is given more time', { error: { code: 'NOT_READY' } }, 2],
  ['proved nothing', { outcome: 'inconclusive' }, 2],
  [
    'cannot be given such a set-up',
    { error: { code: 'CANNOT_PREPARE', message: 'x', advice: 'y', logTail: [] } },
    1,
  ],
  ['was clean', { outcome: 'clean' }, 1],
] as const)(
  'a version that %s is run again only where it may come out otherwise',
  async (_what, change, times) => {
    let runs = 0;
    const of = { versions: ['2026.4.14'], scenarios: [control] };
    const run = async () => {
      runs++;
      const outcome = 'error' in change ? 'untestable' : change.outcome;
      return { ...record(control, '2026.4.14', outcome), ...change } as RunRecord;
    };
    await play({ ...of, run }).result;
    const [second] = await play({ ...of, run }).result;
    expect(runs).toBe(times);
    // What is kept has the form of a record.
    expect(second).toMatchObject({ record: change });
  },
);
