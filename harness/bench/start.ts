import { messageOf } from '#harness/base/error.ts';
import type { Gateway, Runtime } from '#harness/gateway/gateway.ts';
import { PreparedStates } from '#harness/gateway/prepared/prepared-states.ts';
import { engineFor, resolveGateway } from '#harness/gateway/resolve.ts';
import type { RunRecord } from '#harness/record/record.ts';
import { run } from '#harness/run/run.ts';
import { parseScenario } from '#harness/scenario/scenario.ts';
import type { Page } from '#harness/scenario/script.ts';
import { clearLeftovers } from '#harness/store/run-folder.ts';
import { VersionStore } from '#harness/store/version-store.ts';
import type { EventOf, TimelineEvent } from '#harness/timeline/events.ts';
import { ofKind } from '#harness/timeline/timeline.ts';
import { explanationOf, onlyIn } from './log-difference.ts';
import { median } from './mock-speed.ts';
import { bare, enterNamespace, isInside } from './namespace.ts';

/** One of each way in which versions start. */
const VERSIONS = ['2026.2.17', '2026.4.14', '2026.4.25', '2026.5.7', '2026.5.28'].concat([
  '2026.6.11',
  '2026.7.1-2',
  '2026.8.2',
  '2026.9.2',
  '2026.9.6',
]);
const BOOT_TIMEOUT = 300_000;

/** In a container without a network no provider can be reached without us: there only the start is compared. */
const scenarios = {
  process: parseScenario('bench/start', {
    title: 'Starts, answers one message, and starts again',
    budgets: { turnMs: 300_000 },
    script: async (page: Page) => {
      await page.session().say('Good morning');
      await page.gateway.restart();
    },
  }),
  container: parseScenario('bench/start', {
    title: 'Starts twice',
    script: ({ gateway }: Page) => gateway.restart(),
  }),
} as const;

/** Milliseconds; of a restart too, and without the migration. */
interface Start {
  ready: number;
  again: number;
  /** From the message to the first request for its reply. */
  request: number | undefined;
  cpu: number;
  timeline: readonly TimelineEvent[];
}

const { signal } = new AbortController();

/**
 * `npm run bench -- start [--pairs n] [version…]`: what a start costs under the harness, over the same start without it, and what the
 * gateway then says differently.
 * @param pairs how often: a bare start and a harnessed one take turns, so that the machine's own changes hit both
 * @returns the exit code: 1 where the logs differ and nobody knows why
 */
export async function printStarts(chosen: readonly string[], pairs: number): Promise<number> {
  const versions = chosen.length > 0 ? chosen : VERSIONS;
  const store = new VersionStore();
  if (!isInside()) {
    // In there is no registry.
    for (const version of versions) await store.prepare(version, (text) => console.error(text));
    return enterNamespace(['start', '--pairs', String(pairs), ...versions]);
  }
  clearLeftovers(store.runs);
  const engine = process.env.OPENCLAW_REPRO_BASE_IMAGE ? await engineFor('auto', console.error) : undefined;
  const baseImage = process.env.OPENCLAW_REPRO_BASE_IMAGE;
  console.log(HEAD);
  let unexplained = 0;
  for (const version of versions) {
    for (const runtime of engine ? (['process', 'container'] as const) : (['process'] as const)) {
      const found = runtime === 'container' ? { engine, baseImage } : {};
      const gateway = await resolveGateway(version, { ...found, store, progress: () => undefined, signal });
      unexplained += await compare(gateway, store, pairs);
    }
  }
  return unexplained > 0 ? 1 : 0;
}

async function compare(gateway: Gateway, store: VersionStore, pairs: number): Promise<number> {
  const { version, build } = gateway;
  const forms = { bare: bare(gateway, 'no-preload'), harnessed: gateway };
  const starts: { [form in keyof typeof forms]: Start[] } = { bare: [], harnessed: [] };
  const say = (text: string) => console.error(`  ${version} ${build.runtime}: ${text}`);
  // Fills the compile cache, and prepares the state where there is one to prepare.
  say('warming up');
  const first = await start(gateway, store);
  for (let pair = 0; pair < pairs; pair++) {
    for (const form of ['bare', 'harnessed'] as const) {
      say(`${form}, ${pair + 1} of ${pairs}`);
      starts[form].push(await start(forms[form], store));
    }
  }
  say('stock');
  // 2026.4.25 installs its plugins' dependencies first, and without a registry never comes to answer.
  const stock = await start(bare(gateway, 'stock'), store).catch((error: unknown) => {
    say(`stock: ${messageOf(error).split('\n')[0]}`);
    return undefined;
  });
  const asStock = stock ? [stock] : [];
  console.log(row(version, build.runtime, { ...starts, stock: asStock }));
  const logs = (...of: Start[]) => of.map(({ timeline }) => timeline);
  const [withUs, withoutUs] = [logs(first, ...starts.harnessed), logs(...asStock, ...starts.bare)];
  const differences = {
    'only with us': onlyIn(withUs, withoutUs),
    'only without us': onlyIn(withoutUs, withUs),
    'only stock': onlyIn(logs(...asStock), [...withUs, ...logs(...starts.bare)]),
  };
  let unexplained = 0;
  for (const [where, lines] of Object.entries(differences)) {
    for (const line of lines) {
      const why = explanationOf(line) ?? (where === 'only stock' ? 'our settings, or chance' : undefined);
      if (!why) unexplained++;
      console.log(`    ${where}: ${line.slice(0, 140)}  (${why ?? 'NOT EXPLAINED'})`);
    }
  }
  return unexplained;
}

async function start(gateway: Gateway, store: VersionStore): Promise<Start> {
  const record = await run(scenarios[gateway.build.runtime], gateway, {
    runs: store.runs,
    states: new PreparedStates(store.states),
    seed: 'bench',
    signal,
    bootTimeoutMs: BOOT_TIMEOUT,
  });
  if (record.error) throw new Error(`${record.verdict}\n${record.error.logTail.join('\n')}`);
  return startOf(record);
}

function startOf({ timeline, cpu }: RunRecord): Start {
  const [sent] = timeline.filter(ofKind('turn.sent'));
  const request = timeline.find(
    (event): event is EventOf<'provider.request'> =>
      event.kind === 'provider.request' && event.purpose === 'turn',
  );
  const [first, second] = timeline.filter(ofKind('gateway.started')).map((started) => {
    const ready = timeline.filter(ofKind('gateway.ready')).find(({ seq }) => seq > started.seq);
    const migrated = timeline.filter(ofKind('gateway.migrated')).find(({ seq }) => seq > started.seq);
    return (ready?.at ?? Number.NaN) - (migrated ?? started).at;
  });
  return {
    ready: first ?? Number.NaN,
    again: second ?? Number.NaN,
    request: sent && request && request.at - sent.at,
    cpu: cpu.gatewayMs ?? Number.NaN,
    timeline,
  };
}

const HEAD = [
  'without our preload → harnessed, medians in seconds (and their ratio); at the right the stock gateway, once',
  `version     runtime    ${['ready', 'ready again', 'first request', 'CPU'].map((text) => text.padEnd(20)).join('  ')}`,
].join('\n');

type Form = 'bare' | 'harnessed' | 'stock';

function row(version: string, runtime: Runtime, starts: { [form in Form]: readonly Start[] }): string {
  const keys = ['ready', 'again', 'request', 'cpu'] as const;
  const of = (form: Form, key: (typeof keys)[number]) =>
    median(starts[form].map((each) => each[key] ?? Number.NaN));
  const text = (ms: number) => (Number.isNaN(ms) ? '–' : (ms / 1000).toFixed(1)).padStart(5);
  const cells = keys.map((key) => {
    const [left, right] = [of('bare', key), of('harnessed', key)];
    const ratio = Number.isNaN(right / left) ? '' : ` (${(right / left).toFixed(2)})`;
    return `${text(left)} → ${text(right)}${ratio}`.padEnd(20);
  });
  const stock = keys.map((key) => text(of('stock', key)));
  return [version.padEnd(10), runtime.padEnd(9), ...cells, ...stock].join('  ').trimEnd();
}
