import { expect, test } from 'vitest';
import { exitCodes } from '#harness/base/error.ts';
import type { RunRecord } from '#harness/record/record.ts';
import { parseScenario } from '#harness/scenario/scenario.ts';
import { recordOfHang } from '#reports/testing.ts';
import { exitCodeOf, runAll, underControl } from './run-all.ts';

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
  ['a fault of the harness', [fault, script, clean], exitCodes.harness],
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

test('begins with the controls and then the longest, and gives the records in the order that was asked for', async () => {
  const names = ['control/healthy-codex', 'a/short', 'a/long', 'a/middle'];
  const scenarios = names.map((name) => parseScenario(name, { title: 'x', script: async () => undefined }));
  const expected: { [name: string]: number } = { 'a/short': 1, 'a/long': 3, 'a/middle': 2 };
  const begun: string[] = [];
  const records = await runAll(scenarios, {
    jobs: 1,
    signal: new AbortController().signal,
    expectedMs: ({ name }) => expected[name] ?? 0,
    run: async ({ name }) => {
      begun.push(name);
      return named(name, { outcome: 'clean' });
    },
    onRecord: () => undefined,
  });
  expect(begun).toEqual(['control/healthy-codex', 'a/long', 'a/middle', 'a/short']);
  expect(records.map(({ scenario }) => scenario.name)).toEqual(names);
});

test('a run that is spoilt stops no other; one that throws stops them all', async () => {
  const scenarios = ['a/1', 'a/2', 'a/3'].map((name) =>
    parseScenario(name, { title: 'x', script: async () => undefined }),
  );
  const ran: string[] = [];
  const all = (second: () => RunRecord) =>
    runAll(scenarios, {
      jobs: 1,
      signal: new AbortController().signal,
      run: async ({ name }, signal) => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        signal.throwIfAborted();
        ran.push(name);
        return name === 'a/2' ? second() : named(name, { outcome: 'clean' });
      },
      onRecord: () => undefined,
    });
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
