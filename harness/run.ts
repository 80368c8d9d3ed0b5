import { createHmac, randomBytes } from 'node:crypto';
import { arch, platform, release } from 'node:os';
import { mockedHosts, startMocks } from '#mocks/start.ts';
import { TokenLedger } from '#mocks/token-ledger.ts';
import packageJson from '../package.json' with { type: 'json' };
import { WebChat } from './chat/web-chat.ts';
import { attemptsOf } from './checks/providers.ts';
import { Driver } from './driver.ts';
import { eraOf } from './eras/eras.ts';
import { HarnessError, messageOf } from './error.ts';
import type { Gateway, RunningGateway, StoppedGateway } from './gateway/gateway.ts';
import { cannotPrepare, namesFor, stateFiles } from './gateway/state.ts';
import { type Judgement, judge } from './judge.ts';
import { plain } from './plain.ts';
import type { RunRecord } from './record.ts';
import { makeRunFolder } from './run-folder.ts';
import type { Scenario } from './scenario.ts';
import { ofKind, Timeline } from './timeline/timeline.ts';
import { stageOf, Turns } from './turns.ts';

export interface RunOptions {
  /** Folder for the files of running gateways. */
  runs: string;
  /** Decides nonces and tokens; a run with the same seed sends the same messages. */
  seed: string;
  signal: AbortSignal;
  /** How long the gateway may take until it answers the web chat, in milliseconds. @default 120000 */
  bootTimeoutMs?: number;
  /** Leaves the gateway's folder; called with its path. */
  keep?: (path: string) => void;
  /** Called with what is being waited for, whenever that changes. */
  progress?: (text: string) => void;
}

const HOUR = 3_600_000;
const BOOT_ATTEMPTS = 3;

const saysPortTaken = (line: string): boolean => /EADDRINUSE|address already in use/i.test(line);

/**
 * Plays one scenario on one gateway and judges what happened.
 * A gateway that cannot be started gives a record with the outcome `untestable`.
 * @throws what `signal` was aborted with, and a HarnessError for a fault of the harness
 */
export async function run(scenario: Scenario, gateway: Gateway, options: RunOptions): Promise<RunRecord> {
  const startedAt = new Date().toISOString();
  const startCpu = process.cpuUsage();
  let timeline = new Timeline();
  let stopped: StoppedGateway = {};
  let failure: HarnessError | undefined;
  for (let attempt = 1; ; attempt++) {
    try {
      stopped = await play(scenario, gateway, options, timeline);
    } catch (error) {
      options.signal.throwIfAborted();
      if (!(error instanceof HarnessError) || error.blame !== 'gateway') throw error;
      // Between the look for a free port and the gateway's use of it, somebody else may take it.
      if (error.logTail.some(saysPortTaken) && attempt < BOOT_ATTEMPTS) {
        timeline = new Timeline();
        continue;
      }
      failure = error;
    }
    break;
  }
  const used = process.cpuUsage(startCpu);
  const judgement = failure ? untestable(failure, timeline) : judge(scenario, timeline.events);
  return makeRecord(scenario, gateway, timeline, judgement, {
    seed: options.seed,
    startedAt,
    cpu: {
      harnessMs: Math.round((used.user + used.system) / 1000),
      ...(stopped.cpuMs !== undefined && { gatewayMs: stopped.cpuMs }),
    },
    ...(failure && { error: failure }),
  });
}

async function play(
  scenario: Scenario,
  gateway: Gateway,
  options: RunOptions,
  timeline: Timeline,
): Promise<StoppedGateway> {
  const { seed, signal, progress = () => undefined } = options;
  const { setup } = scenario;
  const missing = cannotPrepare(eraOf(gateway.version), setup);
  if (missing) {
    const message = `openclaw ${gateway.version} cannot be tested with this scenario: ${missing}.`;
    throw new HarnessError(
      'CANNOT_PREPARE',
      'gateway',
      message,
      'What versions differ in is in harness/eras/eras.ts.',
    );
  }
  const runId = `${scenario.name.replace('/', '-')}-${randomBytes(4).toString('hex')}`;
  const secret = (what: string) => createHmac('sha256', seed).update(what).digest('base64url').slice(0, 40);
  const xaiKey = `xai-synthetic-${secret('xai')}`;
  // Not from the seed: a chat must never get into the gateway of a run beside it.
  const token = `gateway-synthetic-${randomBytes(20).toString('hex')}`;
  const ledger = new TokenLedger(seed);
  const given = [
    { value: xaiKey, label: 'XAI-KEY' },
    { value: token, label: 'GATEWAY-TOKEN' },
  ];
  timeline.hide(() => [...given, ...ledger.secrets()]);
  const expired = setup.codexToken !== 'fresh';
  const codex = ledger.issue({ lifetimeMs: expired ? -HOUR : HOUR, spent: setup.codexToken === 'spent' });

  using folder = makeRunFolder(options.runs, runId);
  if (options.keep) {
    folder.keep();
    options.keep(folder.path);
  }
  progress('starting the providers');
  const models = { codex: namesFor(setup, 'codex'), xai: namesFor(setup, 'xai') };
  await using mocks = await startMocks({
    behaviour: scenario.providers,
    ledger,
    xaiKey,
    models,
    record: timeline.record,
  });
  progress('starting the gateway');
  await using running = await gateway.start({
    folder: folder.path,
    runId,
    mocks: { port: mocks.port, ca: mocks.ca, hosts: mockedHosts },
    token,
    record: timeline.record,
    files: ({ port, home }) =>
      stateFiles({
        era: eraOf(gateway.version),
        setup,
        port,
        token,
        home,
        codex: { ...codex, accountId: ledger.accountId },
        xaiKey,
      }),
  });
  await using chat = new WebChat({ url: running.url, token }, timeline.record);
  await waitUntilReady(chat, running, timeline, options);
  await using driver = new Driver({
    scenario,
    chat,
    timeline,
    seed,
    signal,
    gatewayExited: running.exited,
    progress,
  });
  await Promise.race([playScript(scenario, driver), rejectedBy(signal)]);
  await driver.lookBack();
  progress('stopping the gateway');
  return running.stop();
}

async function playScript(scenario: Scenario, driver: Driver): Promise<void> {
  try {
    await scenario.script(driver);
  } catch (error) {
    if (error instanceof HarnessError) throw error;
    throw new HarnessError(
      'SCRIPT_FAILED',
      'call',
      `The script of ${scenario.name} failed: ${messageOf(error)}`,
      'Mend the scenario file; what a gateway does wrong never throws in a script.',
      { cause: error },
    );
  }
}

const rejectedBy = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });

/** Ready is who answers `hello-ok`; the log's own "ready" comes earlier on some versions and never on others. */
async function waitUntilReady(
  chat: WebChat,
  running: RunningGateway,
  timeline: Timeline,
  { bootTimeoutMs = 120_000, signal, progress }: RunOptions,
): Promise<void> {
  progress?.('waiting for the gateway to answer');
  const from = timeline.elapsed();
  try {
    const attempts = await chat.connect(bootTimeoutMs, AbortSignal.any([signal, running.exited]));
    const waitedMs = timeline.elapsed() - from;
    timeline.record({ kind: 'gateway.ready', protocol: chat.protocol, attempts, waitedMs });
  } catch (error) {
    signal.throwIfAborted();
    const died = running.exited.aborted;
    throw new HarnessError(
      died ? 'BOOT_FAILED' : 'NOT_READY',
      'gateway',
      died ? 'The gateway ended before it answered the web chat.' : messageOf(error),
      died
        ? 'Its last lines are below.'
        : 'Give it more time with --boot-timeout, or look at its last lines below.',
      { cause: error, logTail: running.logTail() },
    );
  }
}

const untestable = (failure: HarnessError, timeline: Timeline): Judgement => ({
  outcome: 'untestable',
  verdict: plain(timeline.conceal(failure.message)),
  findings: [],
  checks: [],
});

interface Circumstances {
  seed: string;
  startedAt: string;
  cpu: RunRecord['cpu'];
  error?: HarnessError;
}

function makeRecord(
  scenario: Scenario,
  gateway: Gateway,
  timeline: Timeline,
  judgement: Judgement,
  { error, ...circumstances }: Circumstances,
): RunRecord {
  const { events } = timeline;
  const ready = events.find(ofKind('gateway.ready'));
  const refused = Object.groupBy(events.filter(ofKind('egress.refused')), ({ destination }) => destination);
  const { setup, budgets, regression, name, title, providers } = scenario;
  const faults = Object.entries(providers).map(([target, list]) => [
    target,
    (list ?? []).map((fault) => fault.describe()),
  ]);
  return {
    schema: 1,
    harness: { version: packageJson.version },
    scenario: {
      name,
      title,
      setup,
      budgets,
      faults: Object.fromEntries(faults),
      ...(regression && { regression }),
    },
    gateway: { version: gateway.version, runtime: 'process', ...gateway.build },
    platform: `${platform()} ${release()} ${arch()}`,
    ...circumstances,
    ...judgement,
    turns: Turns.of(events).map((turn) => ({
      number: turn.number,
      session: turn.session,
      stage: stageOf(turn),
      ending: turn.end?.ending ?? 'never',
      ...(turn.end && { text: turn.end.text, tookMs: Math.round(turn.end.at - turn.marks.sent.at) }),
      attempts: attemptsOf({ all: (...kinds) => events.filter(ofKind(...kinds)) }, turn.nonce).length,
    })),
    refused: Object.fromEntries(Object.entries(refused).map(([where, list]) => [where, list?.length ?? 0])),
    timing: { totalMs: timeline.elapsed(), ...(ready && { bootMs: ready.at }) },
    ...(error && {
      error: {
        code: error.code,
        message: plain(timeline.conceal(error.message)),
        advice: error.advice,
        logTail: error.logTail.map((line) => plain(timeline.conceal(line))),
      },
    }),
    timeline: [...events],
  };
}
