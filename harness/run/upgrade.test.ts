import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HarnessError } from '#harness/base/error.ts';
import type { Gateway, Runtime, StartOptions } from '#harness/gateway/gateway.ts';
import { parseScenario } from '#harness/scenario/scenario.ts';
import { undisturbed, untouched } from '#harness/testing/fake-gateway.ts';
import { run } from './run.ts';
import { beginWith, UpgradableGateway } from './upgrade.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'openclaw-repro-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const CONFIG = 'home/.openclaw/openclaw.json';
const scenario = parseScenario('operations/x', {
  title: 'x',
  setup: { upgradeFrom: '2026.4.12' },
  script: async () => undefined,
});

/** A version that does nothing but say what is done with it. */
function version(name: string, said: string[] = [], runtime: Runtime = 'process') {
  const started: StartOptions[] = [];
  const gateway: Gateway = {
    version: name,
    build: { runtime, node: '24' },
    start: async (options) => {
      said.push(`${name} starts`);
      started.push(options);
      return {
        ...undisturbed,
        ...untouched,
        url: 'ws://127.0.0.1:20123/',
        exited: new AbortController().signal,
        logTail: () => [],
        stop: async () => {
          said.push(`${name} ends`);
          return { cpuMs: 100 };
        },
        [Symbol.asyncDispose]: async () => undefined,
      };
    },
  };
  return { gateway, started };
}

function makeHome(): void {
  mkdirSync(join(folder, 'home/.openclaw'), { recursive: true });
  mkdirSync(join(folder, 'tmp/openclaw-0'), { recursive: true });
  const own = { agents: { defaults: { workspace: '/w', skipBootstrap: true } }, mine: { kept: true } };
  writeFileSync(join(folder, CONFIG), JSON.stringify(own));
  for (const name of ['home/history', 'tmp/openclaw-0/a.log', 'egress.jsonl', 'owner.json', 'migrated'])
    writeFileSync(join(folder, name), name);
}

const startOptions = (): StartOptions => ({
  folder,
  runId: 'r',
  files: () => ({}),
  mocks: { port: 1, ca: '', hosts: [], troubles: {}, troubled: () => undefined },
  token: 't',
  migration: [],
  record: () => ({ seq: 0, at: 0, kind: 'gateway.migrated' }) as const,
});

test('the version under test takes over HOME and the port, and its doctor looks them over first', async () => {
  makeHome();
  const said: string[] = [];
  const [old, fresh] = [version('2026.4.12', said), version('2026.9.6', said)];
  const { setup } = scenario;
  const onChange = () => said.push('between');
  const running = await UpgradableGateway.start(old.gateway, { setup, start: startOptions(), onChange });
  expect(running.version).toBe('2026.4.12');
  await running.upgradeTo(fresh.gateway);
  expect(running.version).toBe('2026.9.6');
  expect(await running.stop()).toEqual({ cpuMs: 200 });
  expect(said).toEqual(['2026.4.12 starts', '2026.4.12 ends', 'between', '2026.9.6 starts', '2026.9.6 ends']);
  expect(fresh.started).toMatchObject([
    { port: 20_123, migration: [['doctor', '--fix', '--non-interactive']], runId: 'r' },
  ]);
  expect(fresh.started[0]).not.toHaveProperty('files');
  const left = ['home/history', 'owner.json', 'tmp', 'egress.jsonl', 'migrated'];
  expect(left.map((name) => existsSync(join(folder, name)))).toEqual([true, true, false, false, false]);
  expect(JSON.parse(readFileSync(join(folder, CONFIG), 'utf8'))).toEqual({
    agents: {
      defaults: {
        workspace: '/w',
        skipBootstrap: true,
        models: {
          'openai/gpt-5.4': { agentRuntime: { id: 'openclaw' } },
          'openai/gpt-5.6-terra': { agentRuntime: { id: 'openclaw' } },
        },
      },
    },
    mine: { kept: true },
  });
});

test('a version that is on its way when all is stopped is not left behind', async () => {
  makeHome();
  const said: string[] = [];
  const { setup } = scenario;
  const start = startOptions();
  const running = await UpgradableGateway.start(version('2026.4.12', said).gateway, {
    setup,
    start,
    onChange: () => undefined,
  });
  await Promise.all([running.upgradeTo(version('2026.9.6', said).gateway), running.stop()]);
  expect(said.slice(-2)).toEqual(['2026.9.6 starts', '2026.9.6 ends']);
});

test('what a scenario upgrades from is a version, not a tag that means another one tomorrow', () => {
  const upgradeFrom = (name: string) =>
    parseScenario('a/b', { title: 'x', setup: { upgradeFrom: name }, script: async () => undefined });
  expect(upgradeFrom('2026.2.2-3').setup.upgradeFrom).toBe('2026.2.2-3');
  expect(() => upgradeFrom('latest')).toThrow('expected a version, as 2026.4.12');
});

test('a run without an older version begins with the one under test', async () => {
  const { gateway } = version('2026.4.12');
  const { setup } = parseScenario('a/b', { title: 'x', script: async () => undefined });
  expect(await beginWith({ setup }, gateway, undefined)).toBe(gateway);
});

test('begins with the older version, where both run in the same way', async () => {
  const old = version('2026.4.12').gateway;
  expect(await beginWith(scenario, version('2026.4.14').gateway, async () => old)).toBe(old);
  const inContainer = version('2026.4.14', [], 'container').gateway;
  await expect(beginWith(scenario, inContainer, async () => old)).rejects.toMatchObject({
    code: 'CANNOT_UPGRADE',
    message: expect.stringContaining('2026.4.12 would run as a process and 2026.4.14 as a container'),
  });
});

const options = () => ({ runs: folder, seed: 's', signal: new AbortController().signal });

test.each(['2026.4.12', '2026.4.9', '2026.4.12-beta.1'])(
  '%s is untestable as it is not newer, and nothing is started',
  async (name) => {
    const said: string[] = [];
    const older = async () => version('2026.4.12', said).gateway;
    const record = await run(scenario, version(name, said).gateway, { ...options(), older });
    expect(record).toMatchObject({
      outcome: 'untestable',
      verdict: `openclaw ${name} is not newer than 2026.4.12, from which the scenario upgrades.`,
      error: { code: 'CANNOT_UPGRADE' },
    });
    expect(said).toEqual([]);
  },
);

test('where the older version could not be prepared the newer one is untestable; a failure of the harness stays one', async () => {
  const { gateway } = version('2026.9.6');
  const refusing = (code: 'UNKNOWN_VERSION' | 'REGISTRY_UNREACHABLE') => async () => {
    throw new HarnessError(code, 'It is gone.', 'Wait.');
  };
  const record = await run(scenario, gateway, { ...options(), older: refusing('UNKNOWN_VERSION') });
  expect(record).toMatchObject({
    outcome: 'untestable',
    verdict: 'openclaw 2026.4.12, from which the scenario upgrades, could not be prepared: It is gone.',
    error: { code: 'CANNOT_UPGRADE', advice: 'Wait.' },
  });
  expect(
    await run(scenario, gateway, { ...options(), older: refusing('REGISTRY_UNREACHABLE') }),
  ).toMatchObject({
    outcome: 'untestable',
    error: { code: 'REGISTRY_UNREACHABLE', blame: 'harness' },
  });
});
