import { expect, test } from 'vitest';
import { exitCodes } from '#harness/base/error.ts';
import type { Gateway } from '#harness/gateway/gateway.ts';
import type { RunRecord } from '#harness/record/record.ts';
import type { RunOptions } from '#harness/run/run.ts';
import { parseScenario } from '#harness/scenario/scenario.ts';
import { recordOfHang } from '#reports/testing.ts';
import { Batch, type BatchOptions } from './batch.ts';
import { exitCodeOf, underControl } from './controls.ts';

const named = (name: string, changes: Partial<RunRecord>): RunRecord => {
  const sample = recordOfHang();
  return { ...sample, scenario: { ...sample.scenario, name }, findings: [], ...changes };
};
const clean = named('stream/fine', { outcome: 'clean' });
const reproduced = named('stream/hang', { outcome: 'reproduced' });
const inconclusive = named('stream/unclear', { outcome: 'inconclusive' });
const spoiltBy = (code: string, blame: 'call' | 'gateway' | 'harness', name = 'stream/spoilt') =>
  named(name, {
    outcome: 'untestable',
    verdict: `It was ${code}.`,
    error: { code, blame, message: 'x', advice: 'y', logTail: [] },
  });
const script = spoiltBy('SCRIPT_FAILED', 'call');
const boot = spoiltBy('BOOT_FAILED', 'gateway');
const fault = spoiltBy('HARNESS_FAULT', 'harness');

test.each([
  ['nothing but clean', [clean], exitCodes.clean],
  ['something that proves nothing', [clean, inconclusive], exitCodes.untestable],
  ['a gateway that does not start', [clean, boot], exitCodes.untestable],
  ['a script that failed', [clean, inconclusive, script], exitCodes.wrongCall],
  ['a failure of the harness', [fault, script, clean], exitCodes.harness],
  ['a regression beside all of them', [fault, script, reproduced, boot], exitCodes.reproduced],
])('exit code of several runs: %s', (_what, records, code) => {
  expect(exitCodeOf(records)).toBe(code);
});

test('a run that was spoilt keeps its own reason, also where a control fails', () => {
  const control = named('control/healthy-codex', { outcome: 'untestable' });
  const [, spoilt, other] = underControl([control, script, reproduced]);
  expect(spoilt?.verdict).toBe('It was SCRIPT_FAILED.');
  expect(other).toMatchObject({ outcome: 'untestable' });
});

test('where a control was spoilt, nothing that was seen counts', () => {
  const records = underControl([spoiltBy('HARNESS_FAULT', 'harness', 'control/healthy-codex'), reproduced]);
  expect(records.map(({ outcome }) => outcome)).toEqual(['untestable', 'untestable']);
  expect(exitCodeOf(records)).toBe(exitCodes.harness);
});

const scenarioOf = (name: string) => parseScenario(name, { title: 'x', script: async () => undefined });
const gateway: Gateway = {
  version: '2026.4.14',
  build: { runtime: 'process', node: '24.0.0' },
  start: () => Promise.reject(new Error('not in this test')),
};
const batchOf = (
  run: (name: string, options: RunOptions) => Promise<RunRecord>,
  more?: Partial<BatchOptions>,
) =>
  new Batch({
    jobs: 1,
    signal: new AbortController().signal,
    play: { runs: 'unused' },
    run: ({ name }, _gateway, options) => run(name, options),
    ...more,
  });
const cellsOf = (names: readonly string[]) => names.map((name) => ({ scenario: scenarioOf(name), gateway }));

test('begins with the controls and then the longest, and gives the records in the order that was asked for', async () => {
  const names = ['control/healthy-codex', 'a/short', 'a/long', 'a/middle'];
  const expected: { [name: string]: number } = { 'a/short': 1, 'a/long': 3, 'a/middle': 2 };
  const begun: string[] = [];
  const batch = batchOf(async (name) => {
    begun.push(name);
    return named(name, { outcome: 'clean' });
  });
  const records = await batch.all(cellsOf(names), {
    expectedMs: ({ scenario }) => expected[scenario.name] ?? 0,
  });
  expect(begun).toEqual(['control/healthy-codex', 'a/long', 'a/middle', 'a/short']);
  expect(records.map(({ scenario }) => scenario.name)).toEqual(names);
});

test('a run that is spoilt stops no other; one that throws stops them all', async () => {
  const ran: string[] = [];
  const all = (second: () => RunRecord) =>
    batchOf(async (name, { signal }) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      signal.throwIfAborted();
      ran.push(name);
      return name === 'a/2' ? second() : named(name, { outcome: 'clean' });
    }).all(cellsOf(['a/1', 'a/2', 'a/3']));
  const records = await all(() => script);
  expect(records.map(({ outcome }) => outcome)).toEqual(['clean', 'untestable', 'clean']);
  expect(ran.splice(0)).toEqual(['a/1', 'a/2', 'a/3']);
  await expect(
    all(() => {
      throw new Error('no disk');
    }),
  ).rejects.toThrow('no disk');
  expect(ran).toEqual(['a/1', 'a/2']);
});

test('what was kept is not run again, but for a cell that is to be fresh and where all is to be run again', async () => {
  const kept = new Map<string, RunRecord>();
  const cache: BatchOptions['cache'] = {
    get: ({ name }) => kept.get(name),
    put: ({ name }, _gateway, record) => void kept.set(name, record),
  };
  const seeds = new Set<string>();
  const run = async (name: string, { seed }: RunOptions) => {
    seeds.add(seed);
    return named(name, { outcome: 'clean' });
  };
  const [cell] = cellsOf(['a/1']);
  if (!cell) throw new Error('no cell');
  const batch = batchOf(run, { cache });
  expect(await batch.play({ ...cell, fresh: true })).toMatchObject({ kept: false });
  expect(kept.size).toBe(0);
  expect(await batch.play(cell)).toMatchObject({ kept: false });
  expect(await batch.play(cell)).toMatchObject({ kept: true });
  expect(await batchOf(run, { cache, again: true }).play(cell)).toMatchObject({ kept: false });
  // No two runs have the same messages, unless that is asked for.
  expect(seeds.size).toBe(3);
});

test('how long a run took is learned, unless it was spoilt; the status hears of its end either way', async () => {
  const learned: string[] = [];
  const said: (string | undefined)[] = [];
  const batch = batchOf(
    async (name, { progress }) => {
      progress?.(`playing ${name}`);
      return name === 'a/2' ? script : named(name, { outcome: 'clean' });
    },
    {
      timings: { add: ({ scenario }) => learned.push(scenario.name) },
      progress: (label, text) => said.push(`${label}: ${text}`),
    },
  );
  await batch.all(cellsOf(['a/1', 'a/2']));
  expect(learned).toEqual(['a/1']);
  expect(said).toEqual([
    'a/1 on 2026.4.14: playing a/1',
    'a/1 on 2026.4.14: undefined',
    'a/2 on 2026.4.14: playing a/2',
    'a/2 on 2026.4.14: undefined',
  ]);
});

test('a run on a machine that was too busy is made once more, and the second one counts', async () => {
  const said: string[] = [];
  let runs = 0;
  const busy = named('stream/x', { outcome: 'inconclusive', doubt: 'machine-busy', verdict: 'Too busy.' });
  const batch = batchOf(async () => (runs++ === 0 ? busy : clean), {
    calm: async () => void said.push('calm'),
    onBusy: ({ verdict }) => said.push(verdict),
  });
  const { record } = await batch.play({ scenario: scenarioOf('stream/x'), gateway });
  expect({ outcome: record.outcome, runs, said }).toEqual({
    outcome: 'clean',
    runs: 2,
    said: ['Too busy.', 'calm'],
  });
  runs = 0;
  const always = batchOf(
    async () => {
      runs++;
      return busy;
    },
    { calm: async () => undefined },
  );
  await always.play({ scenario: scenarioOf('stream/x'), gateway });
  expect(runs).toBe(2);
});

test('nothing is called reproduced before the controls have had their say', async () => {
  const control = Promise.withResolvers<void>();
  const play = async (name: string) => {
    if (!name.startsWith('control/')) return reproduced;
    await control.promise;
    return named(name, { outcome: 'untestable' });
  };
  const batch = batchOf(play, { jobs: 2 });
  const said: string[] = [];
  const cells = ['control/x', 'stream/hang'].map((name) => ({ scenario: scenarioOf(name), gateway }));
  const all = batch.all(cells, {
    onRecord: ({ scenario, outcome }) => said.push(`${scenario.name} ${outcome}`),
  });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(said).toEqual([]);
  control.resolve();
  await all;
  expect(said).toEqual(['control/x untestable', 'stream/hang untestable']);
});

test('where a control fails, the rest is given up: what runs is stopped, and what waits is not begun', async () => {
  const begun: string[] = [];
  const batch = batchOf(
    async (name, { signal }) => {
      begun.push(name);
      if (name === 'control/x') return named(name, { outcome: 'untestable' });
      await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      return clean;
    },
    { jobs: 2 },
  );
  const said: unknown[] = [];
  const records = await batch.all(cellsOf(['control/x', 'a/1', 'a/2']), {
    onGivenUp: (scenarios, { scenario, outcome }) => said.push([scenarios, scenario.name, outcome]),
  });
  expect(records.map(({ scenario }) => scenario.name)).toEqual(['control/x']);
  expect(begun).toEqual(['control/x', 'a/1']);
  expect(said).toEqual([[2, 'control/x', 'untestable']]);
});
