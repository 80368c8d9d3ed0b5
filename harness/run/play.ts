import { randomBytes } from 'node:crypto';
import { watchCpu } from '#harness/gateway/cpu-watch.ts';
import { partsOf } from '#harness/gateway/environment.ts';
import type { FilesPlace, Gateway, StartOptions, StoppedGateway } from '#harness/gateway/gateway.ts';
import { Preparation } from '#harness/gateway/prepared/preparation.ts';
import type { PreparedStates } from '#harness/gateway/prepared/prepared-states.ts';
import { eraOf } from '#harness/openclaw/eras/eras.ts';
import { modelNames } from '#harness/openclaw/model-names.ts';
import { migrationOf, mustBePreparable, stateFiles } from '#harness/openclaw/state.ts';
import { storedCredentials } from '#harness/openclaw/stored-credentials.ts';
import { Device } from '#harness/page/device.ts';
import { WebChat } from '#harness/page/web-chat.ts';
import type { Scenario } from '#harness/scenario/scenario.ts';
import { makeRunFolder } from '#harness/store/run-folder.ts';
import type { Timeline } from '#harness/timeline/timeline.ts';
import { mockedHosts } from '#mocks/providers/index.ts';
import { type Mocks, startMocks } from '#mocks/start.ts';
import { CLOCK_FILE, RunClock } from './clock.ts';
import { diagnose } from './diagnostics.ts';
import { Driver } from './driver.ts';
import { needsContainer } from './needs-container.ts';
import { Operator } from './operator.ts';
import { playScript } from './play-script.ts';
import { waitUntilReady } from './ready.ts';
import { SignIns } from './sign-ins.ts';
import { beginWith, UpgradableGateway } from './upgrade.ts';

export interface PlayOptions {
  /** Folder for the files of running gateways. */
  runs: string;
  /** Decides nonces and tokens; a run with the same seed sends the same messages. */
  seed: string;
  signal: AbortSignal;
  /** How long the gateway may take until it answers the web chat, in milliseconds. @default 120000 */
  bootTimeoutMs?: number;
  /** Leaves the gateway's folder; called with its path. */
  keep?: (path: string) => void;
  /** Runs the gateway's own diagnostics after the script, for the reports; they are not judged. */
  diagnostics?: boolean;
  /** Makes a published version ready, for a scenario that upgrades from an older one. */
  older?: (version: string) => Promise<Gateway>;
  /** Where states lie that a version's own commands prepared; without it each run has them prepare its own. */
  states?: PreparedStates | undefined;
  /** Called with what is being waited for, whenever that changes. */
  progress?: (text: string) => void;
}

/** What takes part in one run, before anything is started. */
interface Cast {
  scenario: Scenario;
  /** The version under test, and the one that the run begins with. */
  gateway: Gateway;
  first: Gateway;
  options: PlayOptions;
  timeline: Timeline;
  runId: string;
  clock: RunClock;
  signIns: SignIns;
  /** The page's: its token for the gateway, and its device. */
  token: string;
  device: Device;
}

/**
 * Boots one gateway with its mocks, plays one scenario in the web chat, and stops all of it.
 * @throws HarnessError with the blame `gateway` where the gateway cannot be started or does not answer
 */
export async function play(
  scenario: Scenario,
  gateway: Gateway,
  options: PlayOptions,
  timeline: Timeline,
): Promise<StoppedGateway> {
  const { signal, progress = () => undefined } = options;
  const cast = await castOf(scenario, gateway, options, timeline);
  using folder = folderOf(cast);
  progress('starting the providers');
  await using mocks = await startProviders(cast);
  progress('starting the gateway');
  const preparation = preparationOf(cast);
  await using running = await startGateway(cast, folder.path, mocks, preparation);
  using _cpu = watchCpu(cast.runId, timeline.record);
  await using driver = await driverOf(cast, running);
  await Promise.race([playScript(scenario, driver), rejectedBy(signal)]);
  await driver.lookBack();
  if (options.diagnostics)
    await Promise.race([diagnose(running, timeline, { signal, progress }), rejectedBy(signal)]);
  progress('stopping the gateway');
  if (!running.exited.aborted) timeline.record({ kind: 'gateway.stopping' });
  const stopped = await running.stop();
  preparation.keep(folder.path);
  const profiles = storedCredentials(partsOf(folder.path).home)?.map((one) => cast.signIns.labelled(one));
  timeline.record({ kind: 'credentials.stored', ...(profiles && { profiles }) });
  return stopped;
}

async function castOf(
  scenario: Scenario,
  gateway: Gateway,
  options: PlayOptions,
  timeline: Timeline,
): Promise<Cast> {
  const { setup, name } = scenario;
  const first = await beginWith(scenario, gateway, options.older);
  for (const { version } of [first, gateway]) mustBePreparable(version, setup);
  if (setup.memoryMb && !first.limitsMemory) throw needsContainer('a limit on its memory');
  const clock = new RunClock(timeline.record);
  const signIns = new SignIns({ setup, era: eraOf(first.version), seed: options.seed, now: clock.now });
  // Not from the seed: a chat must never get into the gateway of a run beside it.
  const token = `gateway-synthetic-${randomBytes(20).toString('hex')}`;
  timeline.hide(() => [{ value: token, label: 'GATEWAY-TOKEN' }, ...signIns.secrets()]);
  timeline.subscribe(({ kind }) => {
    if (kind === 'gateway.migrated') signIns.migrated();
  });
  const runId = `${name.replace('/', '-')}-${randomBytes(4).toString('hex')}`;
  const device = new Device(clock.now);
  return { scenario, gateway, first, options, timeline, runId, clock, signIns, token, device };
}

function folderOf({ options, runId }: Cast) {
  const folder = makeRunFolder(options.runs, runId);
  if (options.keep) {
    folder.keep();
    options.keep(folder.path);
  }
  return folder;
}

const startProviders = ({ scenario, first, gateway, timeline, signIns }: Cast): Promise<Mocks> =>
  startMocks({
    behaviour: scenario.providers,
    ledgers: signIns.ledgers,
    keys: signIns.credentials.keys,
    codexTransport: scenario.setup.codexTransport,
    ...modelNames(scenario.setup, [eraOf(first.version), eraOf(gateway.version)]),
    record: timeline.record,
    preparing: () => signIns.isPreparing,
    accessLifetimeMs: signIns.lifetimeOf,
  });

function preparationOf({ scenario, first, gateway, options, timeline, ...cast }: Cast): Preparation {
  const { setup } = scenario;
  const { token, device, clock, signIns } = cast;
  const era = eraOf(first.version);
  const files = (place: FilesPlace) => ({
    ...stateFiles({ era, setup, token, device, ...place, credentials: signIns.credentials }),
    ...(setup.time && { [CLOCK_FILE]: clock.file() }),
  });
  const keys = Object.fromEntries(signIns.keys().map(({ label, value }) => [label, value]));
  return new Preparation({
    // Who upgrades does so on what the older version itself made.
    states: first === gateway ? options.states : undefined,
    gateway: first,
    migration: migrationOf(era, setup),
    files,
    own: { ...keys, 'GATEWAY-TOKEN': token, 'DEVICE-ID': device.id, 'DEVICE-KEY': device.publicKey },
    ledgers: signIns.ledgers,
    lifetimeOf: signIns.lifetimeOf,
    timeline,
  });
}

function startGateway(
  { scenario, first, timeline, runId, token, signIns }: Cast,
  folder: string,
  { port, ca, troubles, troubled }: Mocks,
  preparation: Preparation,
): Promise<UpgradableGateway> {
  const { setup } = scenario;
  const start: StartOptions = {
    folder,
    runId,
    mocks: { port, ca, hosts: mockedHosts, troubles, troubled },
    token,
    ...(setup.memoryMb && { memoryMb: setup.memoryMb }),
    ...(setup.time && { clock: CLOCK_FILE }),
    record: timeline.record,
    ...preparation.start,
  };
  return UpgradableGateway.start(first, { setup, start, onChange: () => signIns.upgradeBegins() });
}

/** Opens the page and waits until the gateway answers it. */
async function driverOf(cast: Cast, running: UpgradableGateway): Promise<Driver> {
  const { scenario, gateway, first, options, timeline, clock, signIns, token, device } = cast;
  const address = {
    /** Each version has its own. */
    get url() {
      return running.url;
    },
    token,
    device,
  };
  const newTab = (number: number) => new WebChat(address, timeline.record, number);
  const chat = newTab(1);
  const ready = () => {
    const upgradedFrom = signIns.isUpgrading ? first.version : undefined;
    return waitUntilReady(chat, running, timeline, { ...options, upgradedFrom });
  };
  try {
    await ready();
  } catch (error) {
    await chat[Symbol.asyncDispose]();
    throw error;
  }
  const { setup } = scenario;
  const ledger = signIns.ledgers.auth;
  return new Driver({
    scenario,
    chat,
    newTab,
    timeline,
    seed: options.seed,
    signal: options.signal,
    gateway: running,
    operator: new Operator({ gateway: running, era: () => eraOf(running.version), setup, ledger, timeline }),
    ...(first !== gateway && {
      upgrade: { from: first.version, to: gateway.version, upgrade: () => running.upgradeTo(gateway) },
    }),
    clock,
    ready,
    progress: options.progress ?? (() => undefined),
  });
}

const rejectedBy = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
