import { createHmac, randomBytes } from 'node:crypto';
import { partsOf } from '#harness/gateway/environment.ts';
import type { FilesPlace, Gateway, StartOptions, StoppedGateway } from '#harness/gateway/gateway.ts';
import { Preparation } from '#harness/gateway/prepared/preparation.ts';
import type { PreparedStates } from '#harness/gateway/prepared/prepared-states.ts';
import { eraOf } from '#harness/openclaw/eras/eras.ts';
import { modelNames } from '#harness/openclaw/model-names.ts';
import type { Setup } from '#harness/openclaw/setup.ts';
import { migrationOf, mustBePreparable, stateFiles } from '#harness/openclaw/state.ts';
import { storedCredentials } from '#harness/openclaw/stored-credentials.ts';
import { Device } from '#harness/page/device.ts';
import { WebChat } from '#harness/page/web-chat.ts';
import type { Scenario } from '#harness/scenario/scenario.ts';
import { makeRunFolder } from '#harness/store/run-folder.ts';
import type { Timeline } from '#harness/timeline/timeline.ts';
import { mockedHosts, startMocks } from '#mocks/start.ts';
import { TokenLedger } from '#mocks/token-ledger.ts';
import { CLOCK_FILE, RunClock } from './clock.ts';
import { diagnose } from './diagnostics.ts';
import { Driver } from './driver.ts';
import { Operator } from './operator.ts';
import { playScript } from './play-script.ts';
import { waitUntilReady } from './ready.ts';
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

const HOUR = 3_600_000;
/** What `doctor` is given where the scenario wants the gateway to start with an expired token. */
const SHORT = 1_000;

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
  const { seed, signal, progress = () => undefined } = options;
  const { setup } = scenario;
  const first = await beginWith(scenario, gateway, options.older);
  const era = eraOf(first.version);
  for (const { version } of [first, gateway]) mustBePreparable(version, setup);
  const runId = `${scenario.name.replace('/', '-')}-${randomBytes(4).toString('hex')}`;
  const secret = (what: string) => createHmac('sha256', seed).update(what).digest('base64url').slice(0, 40);
  const xaiKey = `xai-synthetic-${secret('xai')}`;
  // Not from the seed: a chat must never get into the gateway of a run beside it.
  const token = `gateway-synthetic-${randomBytes(20).toString('hex')}`;
  const clock = new RunClock(timeline.record);
  const { now } = clock;
  const device = new Device(now);
  const onReuse = setup.onTokenReuse;
  const ledger = new TokenLedger(seed, { now, onReuse });
  const xaiLedger = new TokenLedger(seed, { now, issuer: 'xai', onReuse });
  const given = [
    { value: xaiKey, label: 'XAI-KEY' },
    { value: token, label: 'GATEWAY-TOKEN' },
  ];
  timeline.hide(() => [...given, ...ledger.secrets(), ...xaiLedger.secrets()]);
  const old = setup.staleOrder && ledger.issue({ lifetimeMs: -HOUR, spent: !era.migrateCredentials });
  const states = { auth: setup.codexToken, 'xai-auth': setup.xaiToken ?? 'fresh' } as const;
  const issue = (by: TokenLedger, state: Setup['codexToken']) => ({
    ...by.issue({
      lifetimeMs: state === 'fresh' ? HOUR : -HOUR,
      spent: state === 'spent' && !era.migrateCredentials,
    }),
    accountId: by.accountId,
  });
  const codex = issue(ledger, states.auth);
  const xai = setup.xaiToken && issue(xaiLedger, states['xai-auth']);

  const lifetimeOf = (issuer: 'auth' | 'xai-auth', presented: string) => {
    const isDead = states[issuer] !== 'fresh' || (old && presented === ledger.labelOf(old.refresh));
    return preparing === 'start' && isDead ? SHORT : HOUR;
  };
  // The providers are healthy to `doctor`, which migrates the credentials and may redeem them; the scenario begins, or
  // goes on, after.
  let preparing: 'start' | 'upgrade' | undefined = era.migrateCredentials ? 'start' : undefined;
  timeline.subscribe(({ kind }) => {
    if (kind !== 'gateway.migrated') return;
    if (preparing === 'start' && states.auth === 'spent') ledger.spendAll();
    if (preparing === 'start' && old) ledger.spendAll(old.refresh);
    if (preparing === 'start' && states['xai-auth'] === 'spent') xaiLedger.spendAll();
    preparing = undefined;
  });

  using folder = makeRunFolder(options.runs, runId);
  if (options.keep) {
    folder.keep();
    options.keep(folder.path);
  }
  progress('starting the providers');
  await using mocks = await startMocks({
    behaviour: scenario.providers,
    ledger,
    xaiKey,
    xaiLedger,
    codexTransport: setup.codexTransport,
    ...modelNames(setup, [era, eraOf(gateway.version)]),
    record: timeline.record,
    preparing: () => preparing !== undefined,
    accessLifetimeMs: lifetimeOf,
  });
  progress('starting the gateway');
  const files = (place: FilesPlace) => ({
    ...stateFiles({
      era,
      setup,
      token,
      device,
      ...place,
      ...(old && { old }),
      codex,
      xaiKey,
      ...(xai && { xai }),
    }),
    ...(setup.time && { [CLOCK_FILE]: clock.file() }),
  });
  const preparation = new Preparation({
    // Who upgrades does so on what the older version itself made.
    states: first === gateway ? options.states : undefined,
    gateway: first,
    migration: migrationOf(era, setup),
    files,
    own: { ...labelled(given), 'DEVICE-ID': device.id, 'DEVICE-KEY': device.publicKey },
    ledgers: { auth: ledger, 'xai-auth': xaiLedger },
    lifetimeOf,
    timeline,
  });
  const start: StartOptions = {
    folder: folder.path,
    runId,
    mocks: {
      port: mocks.port,
      ca: mocks.ca,
      hosts: mockedHosts,
      troubles: mocks.troubles,
      troubled: mocks.troubled,
    },
    token,
    ...(setup.memoryMb && { memoryMb: setup.memoryMb }),
    ...(setup.time && { clock: CLOCK_FILE }),
    record: timeline.record,
    ...preparation.start,
  };
  const onChange = () => {
    preparing = 'upgrade';
  };
  await using running = await UpgradableGateway.start(first, { setup, start, onChange });
  const address = {
    /** Each version has its own. */
    get url() {
      return running.url;
    },
    token,
    device,
  };
  const newTab = (number: number) => new WebChat(address, timeline.record, number);
  await using chat = newTab(1);
  const ready = () => {
    const upgradedFrom = preparing === 'upgrade' ? first.version : undefined;
    return waitUntilReady(chat, running, timeline, { ...options, upgradedFrom });
  };
  await ready();
  await using driver = new Driver({
    scenario,
    chat,
    newTab,
    timeline,
    seed,
    signal,
    gateway: running,
    operator: new Operator({ gateway: running, era: () => eraOf(running.version), setup, ledger, timeline }),
    ...(first !== gateway && {
      upgrade: {
        from: first.version,
        to: gateway.version,
        upgrade: () => running.upgradeTo(gateway),
      },
    }),
    clock,
    ready,
    progress,
  });
  await Promise.race([playScript(scenario, driver), rejectedBy(signal)]);
  await driver.lookBack();
  if (options.diagnostics)
    await Promise.race([diagnose(running, timeline, { signal, progress }), rejectedBy(signal)]);
  progress('stopping the gateway');
  if (!running.exited.aborted) timeline.record({ kind: 'gateway.stopping' });
  const stopped = await running.stop();
  preparation.keep(folder.path);
  const profiles = storedCredentials(partsOf(folder.path).home)?.map(({ profile, refresh }) => ({
    profile,
    refresh: (profile.startsWith('xai:') ? xaiLedger : ledger).labelOf(refresh),
  }));
  timeline.record({ kind: 'credentials.stored', ...(profiles && { profiles }) });
  return stopped;
}

const labelled = (secrets: readonly { value: string; label: string }[]) =>
  Object.fromEntries(secrets.map(({ label, value }) => [label, value]));

const rejectedBy = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
