import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Gateway } from '#harness/gateway/gateway.ts';
import { resolveGateway } from '#harness/gateway/resolve.ts';
import { loadLibrary } from '#harness/library.ts';
import { run } from '#harness/run.ts';
import { clearLeftovers } from '#harness/run-folder.ts';
import { VersionStore } from '#harness/store/version-store.ts';

const version = process.env.OPENCLAW_REPRO_GATEWAY ?? 'latest';
const seed = process.env.OPENCLAW_REPRO_SEED ?? 'scenarios';
const store = new VersionStore();
const stop = new AbortController();
const { scenarios, broken } = await loadLibrary();
let gateway: Gateway;

beforeAll(async () => {
  clearLeftovers(store.runs);
  gateway = await resolveGateway(version, store, () => undefined, stop.signal);
});
afterAll(() => stop.abort());

test('every scenario file can be read', () => {
  expect(broken.map(({ message }) => message)).toEqual([]);
});

describe.each(scenarios)('$name', (scenario) => {
  test.concurrent(`is clean on openclaw ${version}: ${scenario.title}`, async () => {
    const record = await run(scenario, gateway, { runs: store.runs, seed, signal: stop.signal });
    expect(record.outcome, record.verdict).toBe('clean');
  });
});
