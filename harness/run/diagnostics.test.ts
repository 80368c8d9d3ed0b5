import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { CliRun } from '#harness/gateway/gateway.ts';
import { parseScenario } from '#harness/scenario/scenario.ts';
import { gatewayAt, startFakeGateway } from '#harness/testing/fake-gateway.ts';
import { Timeline } from '#harness/timeline/timeline.ts';
import { diagnose, leavesVerdict } from './diagnostics.ts';
import { run } from './run.ts';

const COMMANDS = ['openclaw status --all', 'openclaw doctor', 'openclaw models status'];

async function diagnosed(runCli: (args: readonly string[]) => Promise<CliRun>, abort?: AbortController) {
  const timeline = new Timeline();
  timeline.hide(() => [{ value: 'synthetic-1', label: 'RT1' }]);
  const { signal } = abort ?? new AbortController();
  await diagnose({ runCli }, timeline, { signal, progress: () => undefined });
  return timeline.events;
}

test('says that it begins before the first command, and keeps what each one said, without secrets', async () => {
  const events = await diagnosed(async ([name]) => ({ code: 0, output: `${name}: synthetic-1` }));
  expect(events).toMatchObject([
    { kind: 'gateway.diagnostics' },
    { kind: 'gateway.cli', command: COMMANDS[0], code: 0, output: 'status: <RT1>' },
    { kind: 'gateway.cli', command: COMMANDS[1], output: 'doctor: <RT1>' },
    { kind: 'gateway.cli', command: COMMANDS[2], output: 'models: <RT1>' },
  ]);
});

test('a command that fails, hangs or cannot be run keeps none of the others back', async () => {
  const events = await diagnosed(async ([name]) => {
    if (name === 'status') throw new Error('no such container');
    return { code: name === 'doctor' ? null : 1, output: '' };
  });
  expect(events.slice(1)).toMatchObject([
    { command: COMMANDS[0], code: null, output: 'It could not be run: no such container' },
    { command: COMMANDS[1], code: null },
    { command: COMMANDS[2], code: 1 },
  ]);
});

test('starts no further command once it is told to stop', async () => {
  const abort = new AbortController();
  const events = await diagnosed(async () => {
    abort.abort();
    return { code: null, output: '' };
  }, abort);
  expect(events.map(({ kind }) => kind)).toEqual(['gateway.diagnostics', 'gateway.cli']);
});

test('does without them where a run is judged by the tokens that are stored after its end', () => {
  const of = (parts: object) =>
    leavesVerdict(parseScenario('oauth/x', { title: 'x', script: async () => undefined, ...parts }));
  expect(of({ regression: [{ check: 'refresh-discipline' }] })).toBe(true);
  expect(of({ checks: ['tokens-stored'] })).toBe(false);
  expect(of({ regression: [{ check: 'tokens-stored' }] })).toBe(false);
});

test('a run asks for them only where told to, after the look back and before the gateway is stopped', async () => {
  await using fake = await startFakeGateway({});
  const steps: string[] = [];
  const gateway = gatewayAt(fake.url, ({ record }) => ({
    runCli: async (args) => {
      steps.push(args.join(' '));
      record({ kind: 'egress.refused', destination: 'registry.npmjs.org:443', via: 'connect' });
      return { code: 0, output: '' };
    },
    stop: async () => {
      steps.push('stop');
      return {};
    },
  }));
  const runs = mkdtempSync(join(tmpdir(), 'openclaw-repro-test-'));
  const scenario = parseScenario('stream/x', { title: 'x', script: async () => undefined });
  const options = { runs, seed: 's', signal: new AbortController().signal };
  const without = await run(scenario, gateway, options);
  expect(steps.splice(0)).toEqual(['stop']);
  const { timeline, refused, outcome, verdict } = await run(scenario, gateway, {
    ...options,
    diagnostics: true,
  });
  rmSync(runs, { recursive: true });
  expect(steps).toEqual(['status --all', 'doctor', 'models status', 'stop']);
  const kinds = timeline.map(({ kind }) => kind);
  expect(kinds.indexOf('gateway.health')).toBeGreaterThan(-1);
  expect(kinds.indexOf('gateway.diagnostics')).toBeGreaterThan(kinds.lastIndexOf('gateway.health'));
  expect(kinds.at(-1)).toBe('credentials.stored');
  expect(refused).toEqual({});
  expect({ outcome, verdict }).toEqual({ outcome: without.outcome, verdict: without.verdict });
});
