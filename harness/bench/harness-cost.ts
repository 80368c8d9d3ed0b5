import type { Engine } from '#harness/gateway/container/engine.ts';
import type { Gateway } from '#harness/gateway/gateway.ts';
import { engineFor, resolveGateway } from '#harness/gateway/resolve.ts';
import { run } from '#harness/run/run.ts';
import { loadLibrary, select } from '#harness/scenario/library.ts';
import { clearLeftovers } from '#harness/store/run-folder.ts';
import { VersionStore } from '#harness/store/version-store.ts';
import { measureContainer } from './container-speed.ts';
import { measureMock } from './mock-speed.ts';
import { measureRendering } from './rendering.ts';
import { printStarts } from './start.ts';

const VERSION = process.env.OPENCLAW_REPRO_GATEWAY ?? '2026.4.14';
const { signal } = new AbortController();

const line = (what: string, value: string, reach: string) =>
  console.log(`${what.padEnd(58)} ${value.padStart(8)}   reach: ${reach}`);

/**
 * What the harness itself costs, as ratios within one run. Machines differ, ratios less so. What it makes of the gateway's
 * own start is measured against a gateway without it: see `start.ts`.
 */
export async function printHarnessCost(pairs: number): Promise<number> {
  const mock = await measureMock();
  line('mock: time to stream 20,000 events, over bare node:https', mock.throughput.toFixed(2), '≤ 2');
  line('mock: time of one short reply, over bare node:https', mock.latency.toFixed(2), '≤ 2');
  line('mock: added latency of one short reply', `${mock.addedMs.toFixed(2)} ms`, '–');

  const { ms, pageBytes } = measureRendering(10_000);
  line('reports: all formats of a run of 10,000 events', `${ms.toFixed(0)} ms`, '≤ 1 s');
  line('the same: size of its page', `${(pageBytes / 1e6).toFixed(1)} MB`, '≤ 5 MB');

  const store = new VersionStore();
  clearLeftovers(store.runs);
  const gateway = await resolveGateway(VERSION, { store, progress: (text) => console.error(text), signal });
  const [scenario] = select(await loadLibrary(), ['control/healthy-codex']);
  if (!scenario) throw new Error('control/healthy-codex is missing');
  const record = await run(scenario, gateway, { runs: store.runs, seed: 'bench', signal });
  const { harnessMs, gatewayMs = 0 } = record.cpu;
  line(
    `run of control/healthy-codex on ${VERSION}: harness CPU over all`,
    percent(harnessMs / (harnessMs + gatewayMs)),
    '≤ 5 %',
  );
  console.log(`(${record.outcome}; ${record.timing.totalMs} ms, hello-ok after ${record.timing.bootMs} ms)`);

  const engine = await engineFor('auto', console.error);
  if (engine) {
    const { ratio, times } = await measureContainer(gateway, await inContainer(engine, store), store.runs);
    line(`container: start to hello-ok on ${VERSION}, over the process form`, ratio.toFixed(2), '≤ 1.1');
    console.log(
      `(process ${times.process.join(', ')} ms; container ${times.container.join(', ')} ms; taking turns)`,
    );
  }
  return printStarts([VERSION], pairs);
}

function inContainer(found: Engine, store: VersionStore): Promise<Gateway> {
  const baseImage = process.env.OPENCLAW_REPRO_BASE_IMAGE;
  return resolveGateway(VERSION, { engine: found, baseImage, store, progress: console.error, signal });
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
