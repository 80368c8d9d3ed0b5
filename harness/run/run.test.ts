import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HarnessError } from '#harness/base/error.ts';
import type { Gateway } from '#harness/gateway/gateway.ts';
import { loadFile } from '#harness/scenario/library.ts';
import { parseScenario } from '#harness/scenario/scenario.ts';
import { type FakeGateway, gatewayAt, startFakeGateway } from '#harness/testing/fake-gateway.ts';
import { run } from './run.ts';

let folder: string;
let fake: FakeGateway;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'openclaw-repro-test-'));
  fake = await startFakeGateway({});
});
afterAll(async () => {
  await fake[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const never = new AbortController().signal;
const playing = (signal = never) => ({ runs: folder, seed: 's', signal });
const scenarioOf = (script: () => Promise<unknown>) => parseScenario('stream/x', { title: 'x', script });
const throwing = (error: unknown) => scenarioOf(() => Promise.reject(error));

test('a script that never ends is stopped', async () => {
  const endless = scenarioOf(() => new Promise(() => undefined));
  const stopped = run(endless, gatewayAt(fake.url), playing(AbortSignal.timeout(500)));
  await expect(stopped).rejects.toThrow(/timeout/);
});

/** With the bugs that were said. */
async function runWatched(gateway: Gateway, scenario = scenarioOf(async () => undefined), signal = never) {
  const bugs: unknown[] = [];
  const onBug = (error: unknown) => bugs.push(error);
  const record = await run(scenario, gateway, { ...playing(signal), onBug });
  return { record, bugs };
}

test('a script that throws spoils its own run, and the record says where it threw', async () => {
  const file = join(folder, 'mine.ts');
  writeFileSync(
    file,
    `const answerTo = (text) => undefined.text;
export default {
  title: 'Mine',
  async script(page) {
    await page.idle(1);
    answerTo('Hello');
  },
};`,
  );
  const { record, bugs } = await runWatched(gatewayAt(fake.url), await loadFile(file));
  expect(record).toMatchObject({
    outcome: 'untestable',
    verdict: expect.stringMatching(
      /^The script of file\/\S+ failed at mine\.ts:1: Cannot read properties of undefined \(reading 'text'\)$/,
    ),
    findings: [],
    error: { code: 'SCRIPT_FAILED', blame: 'call' },
  });
  expect(record.timeline.some(({ kind }) => kind === 'gateway.ready')).toBe(true);
  expect(JSON.stringify(record)).not.toContain(`${folder}/${basename(file)}`);
  expect(bugs).toEqual([]);
});

test('what a script throws comes out on one line, and not without end', async () => {
  const error = new Error(`\u001b[31mred\n${'long '.repeat(1_000)}`);
  const { record } = await runWatched(gatewayAt(fake.url), throwing(error));
  expect(record.verdict).toMatch(/^The script of stream\/x failed: red long /);
  expect(record.verdict.length).toBeLessThan(600);
});

test('a failure of the harness spoils its own run, and its stack is said', async () => {
  const fault = new TypeError('not a function');
  const { record, bugs } = await runWatched({ ...gatewayAt(fake.url), start: () => Promise.reject(fault) });
  expect(record).toMatchObject({
    outcome: 'untestable',
    verdict: 'A bug in openclaw-repro ended this run: not a function',
    error: { code: 'HARNESS_FAULT', blame: 'harness' },
  });
  expect(bugs).toEqual([fault]);
});

test.each([
  new HarnessError('NO_SPACE', 'full', 'y'),
  new HarnessError('STORE_UNUSABLE', 'read only', 'y'),
  Object.assign(new Error('no space left on device'), { code: 'ENOSPC' }),
])('where no other run could go on either, it ends them all: $code', async (error) => {
  await expect(runWatched({ ...gatewayAt(fake.url), start: () => Promise.reject(error) })).rejects.toBe(
    error,
  );
});

test('a user who stops it ends them all', async () => {
  const stop = new AbortController();
  const script = async () => {
    stop.abort(new HarnessError('INTERRUPTED', 'stopped', 'y'));
    throw new Error('a script that falls over the stop');
  };
  await expect(runWatched(gatewayAt(fake.url), scenarioOf(script), stop.signal)).rejects.toMatchObject({
    code: 'INTERRUPTED',
  });
});

test('a gateway that cannot be started is its own matter', async () => {
  const error = new HarnessError('BOOT_FAILED', 'It ended.', 'y');
  const gateway: Gateway = { ...gatewayAt(fake.url), start: () => Promise.reject(error) };
  const expected = { outcome: 'untestable', error: { code: 'BOOT_FAILED', blame: 'gateway' } };
  expect(await run(throwing('x'), gateway, playing())).toMatchObject(expected);
  expect((await runWatched(gateway)).record).toMatchObject(expected);
});

test('a gateway is given the sign-in to xAI that its scenario asks for, and a version without is untestable', async () => {
  let profiles: { [id: string]: { expires?: number } } = {};
  const gateway = gatewayAt(fake.url, ({ files }) => {
    const written = files?.({ home: '/home', logs: '/logs', port: 1 }) ?? {};
    const text = String(written['.openclaw/agents/main/agent/auth-profiles.json'] ?? 'null');
    ({ profiles } = JSON.parse(text) as { profiles: typeof profiles });
    return {};
  });
  const setup = { model: 'xai/grok-4', xaiToken: 'spent' };
  const scenario = parseScenario('oauth/x', { title: 'x', setup, script: async () => undefined });
  await run(scenario, { ...gateway, version: '2026.5.28' }, playing());
  const refresh = expect.stringMatching(/^rt_synthetic_/);
  expect(profiles).toMatchObject({
    'openai-codex:default': { type: 'oauth', refresh },
    'xai:default': { type: 'oauth', refresh },
  });
  expect(profiles['openai-codex:default']?.expires).toBeGreaterThan(Date.now());
  expect(profiles['xai:default']?.expires).toBeLessThan(Date.now());
  expect(await run(scenario, { ...gateway, version: '2026.5.12' }, playing())).toMatchObject({
    outcome: 'untestable',
    error: { code: 'CANNOT_PREPARE' },
  });
});
