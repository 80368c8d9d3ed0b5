import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Batch } from '#harness/batch/batch.ts';
import { usualJobs } from '#harness/batch/starts.ts';
import type { Engine } from '#harness/gateway/container/engine.ts';
import { clearContainers } from '#harness/gateway/container/leftovers.ts';
import { type Gateway, runtimes } from '#harness/gateway/gateway.ts';
import { PreparedStates } from '#harness/gateway/prepared/prepared-states.ts';
import { engineFor, resolveGateway } from '#harness/gateway/resolve.ts';
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
const { signal } = stop;
const batch = new Batch({
  jobs: usualJobs,
  signal,
  play: { runs: store.runs, states: new PreparedStates(store.states) },
  seed,
  older: (name) => resolved(name),
});
const resolved = (name: string) =>
  resolveGateway(name, {
    engine,
    baseImage: process.env.OPENCLAW_REPRO_BASE_IMAGE,
    store,
    progress: () => undefined,
    signal,
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

describe.concurrent.each(scenarios)('$name', (scenario) => {
  test(`is clean on openclaw ${version}: ${scenario.title}`, async () => {
    const { record } = await batch.play({ scenario, gateway });
    expect(record.outcome, record.verdict).toBe('clean');
  });
});
