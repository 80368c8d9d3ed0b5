import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Engine } from '#harness/gateway/container/engine.ts';
import { clearContainers } from '#harness/gateway/container/leftovers.ts';
import { type Gateway, runtimes } from '#harness/gateway/gateway.ts';
import { engineFor, resolveGateway } from '#harness/gateway/resolve.ts';
import { run } from '#harness/run/run.ts';
import { loadLibrary } from '#harness/scenario/library.ts';
import { clearLeftovers } from '#harness/store/run-folder.ts';
import { VersionStore } from '#harness/store/version-store.ts';

const version = process.env.OPENCLAW_REPRO_GATEWAY ?? 'latest';
const runtime = z.enum([...runtimes, 'auto']).parse(process.env.OPENCLAW_REPRO_RUNTIME ?? 'auto');
const seed = process.env.OPENCLAW_REPRO_SEED ?? 'scenarios';
const store = new VersionStore();
const stop = new AbortController();
const { scenarios, broken } = await loadLibrary();
let gateway: Gateway;
let engine: Engine | undefined;
const resolved = (name: string) =>
  resolveGateway(name, {
    engine,
    baseImage: process.env.OPENCLAW_REPRO_BASE_IMAGE,
    store,
    progress: () => undefined,
    signal: stop.signal,
  });

beforeAll(async () => {
  clearLeftovers(store.runs);
  engine = await engineFor(runtime, (text) => console.error(text));
  if (engine) await clearContainers(engine);
  gateway = await resolved(version);
});
afterAll(() => stop.abort());

test('every scenario file can be read', () => {
  expect(broken.map(({ error }) => error.message)).toEqual([]);
});

describe.each(scenarios)('$name', (scenario) => {
  test.concurrent(`is clean on openclaw ${version}: ${scenario.title}`, async () => {
    const options = { runs: store.runs, seed, signal: stop.signal, older: resolved };
    const record = await run(scenario, gateway, options);
    expect(record.outcome, record.verdict).toBe('clean');
  });
});
