import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { HarnessError } from '#harness/error.ts';
import type { PreparedVersion } from '#harness/store/prepared.ts';
import type { Record } from '#harness/timeline/timeline.ts';
import type { Gateway, RunningGateway, StartOptions, StoppedGateway } from './gateway.ts';
import { parseJson, parseLogLine } from './log-lines.ts';
import { groupCpuMs, killQuietly, processesOf, RUN_MARK } from './processes.ts';
import { tailFolder } from './tail-file.ts';

/** Answered for the imitated hosts: newer gateways refuse names that resolve to private addresses. Never connected to. */
const PUBLIC_LOOKING = '104.18.32.47';
/** The gateway listens beside its port for the browser control and the canvas: two ports further on 2026.4.14. */
const OWN_PORTS = 10;
const LOG_TAIL = 40;
const STOP_TIMEOUT = 5_000;

/** The stock package as a child process of its own group, with an own HOME and a closed network. */
export class ProcessGateway implements Gateway {
  readonly version: string;
  readonly build;
  readonly #package: PreparedVersion;

  constructor(prepared: PreparedVersion) {
    this.#package = prepared;
    this.version = prepared.version;
    this.build = { ...prepared.build, node: process.versions.node };
  }

  async start(options: StartOptions): Promise<RunningGateway> {
    const { folder, record } = options;
    const port = await freePorts();
    const home = join(folder, 'home');
    const tmp = join(folder, 'tmp');
    for (const path of [join(home, 'workspace'), tmp]) mkdirSync(path, { recursive: true });
    for (const [path, text] of Object.entries(options.files({ port, home }))) {
      mkdirSync(dirname(join(home, path)), { recursive: true });
      writeFileSync(join(home, path), text, { mode: 0o600 });
    }
    writeFileSync(join(folder, 'ca.pem'), options.mocks.ca);
    const child = spawn(process.execPath, [this.#package.entry, 'gateway', 'run', '--port', String(port)], {
      cwd: join(home, 'workspace'),
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: environment(options, { home, tmp, port, compileCache: this.#package.compileCache }),
    });
    const node = process.versions.node;
    record({ kind: 'gateway.started', version: this.version, node, pid: child.pid ?? 0, port });
    return new GatewayProcess(child, options, port, tmp);
  }
}

class GatewayProcess implements RunningGateway {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #runId: string;
  readonly #record: Record;
  readonly #tail: string[] = [];
  readonly #exit = new AbortController();
  readonly #files: Disposable[];
  #stopped: Promise<StoppedGateway> | undefined;

  constructor(child: ChildProcess, options: StartOptions, port: number, tmp: string) {
    this.url = `ws://127.0.0.1:${port}/`;
    this.#child = child;
    this.#runId = options.runId;
    this.#record = options.record;
    for (const stream of ['stdout', 'stderr'] as const) {
      const pipe = child[stream];
      if (pipe) createInterface({ input: pipe }).on('line', (line) => this.#log(stream, line));
    }
    this.#files = [
      tailFolder(options.folder, 'egress.jsonl', (line) => this.#egress(line)),
      tailFolder(logFolder(tmp), '.log', (line) => this.#logFile(line)),
    ];
    child.on('error', (error) => this.#log('stderr', `could not be started: ${error.message}`));
    child.on('close', (code, signal) => {
      this.#record({ kind: 'gateway.exit', code, signal });
      this.#exit.abort();
    });
  }

  get exited(): AbortSignal {
    return this.#exit.signal;
  }

  logTail(): readonly string[] {
    return this.#tail;
  }

  stop(): Promise<StoppedGateway> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** The launcher has a child of its own: the whole group is asked, then made, to end, and so is whoever left it. */
  async #stop(): Promise<StoppedGateway> {
    if (!this.exited.aborted) this.#record({ kind: 'gateway.stopping' });
    const { pid } = this.#child;
    const cpuMs = pid && groupCpuMs(pid);
    if (pid) killQuietly(-pid, 'SIGTERM');
    await this.#gone(STOP_TIMEOUT);
    if (pid) killQuietly(-pid, 'SIGKILL');
    for (const left of processesOf(this.#runId)) killQuietly(left, 'SIGKILL');
    await this.#gone(STOP_TIMEOUT);
    for (const file of this.#files) file[Symbol.dispose]();
    return cpuMs ? { cpuMs } : {};
  }

  async #gone(timeoutMs: number): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while (performance.now() < deadline) {
      if (this.exited.aborted && processesOf(this.#runId).length === 0) return;
      await sleep(50);
    }
  }

  #log(stream: 'stdout' | 'stderr' | 'file', line: string): void {
    const parsed = parseLogLine(line);
    if (!parsed.message && !parsed.fields) return;
    // The file repeats what the console says; only its structured fields are news.
    if (stream === 'file' && !parsed.fields) return;
    if (stream !== 'file' && this.#tail.push(line) > LOG_TAIL) this.#tail.shift();
    this.#record({ kind: 'gateway.log', stream, ...parsed });
  }

  #logFile(line: string): void {
    this.#log('file', line);
  }

  /** The gateway's own process writes this file; what cannot be read in it is passed over. */
  #egress(line: string): void {
    const refused = egress.safeParse(parseJson(line)).data;
    if (refused) this.#record({ kind: 'egress.refused', ...refused });
  }
}

const egress = z.object({ destination: z.string().max(300), via: z.string().max(20) });

/** Where OpenClaw logs when /tmp/openclaw cannot be used. */
const logFolder = (tmp: string): string =>
  join(tmp, process.getuid ? `openclaw-${process.getuid()}` : 'openclaw');

/** Nothing of the caller's environment but PATH: no key, no proxy, no option of theirs reaches the gateway. */
function environment(
  { folder, runId, mocks }: StartOptions,
  place: { home: string; tmp: string; port: number; compileCache: string },
): NodeJS.ProcessEnv {
  const preload = new URL('./closed-network.mjs', import.meta.url);
  const network = {
    hosts: Object.fromEntries(mocks.hosts.map((host) => [host, PUBLIC_LOOKING])),
    mock: { host: '127.0.0.1', port: mocks.port },
    loopback: [place.port, place.port + OWN_PORTS - 1],
    log: join(folder, 'egress.jsonl'),
  };
  return {
    PATH: process.env.PATH,
    HOME: place.home,
    TMPDIR: place.tmp,
    LANG: 'C.UTF-8',
    NO_COLOR: '1',
    NODE_OPTIONS: `--import=${preload.href}`,
    NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'),
    NODE_COMPILE_CACHE: place.compileCache,
    [RUN_MARK]: runId,
    OPENCLAW_REPRO_NETWORK: JSON.stringify(network),
    // These only trim noise: multicast, cloud metadata, chat channels that no scenario uses, and the re-reading of
    // about 100 plugin manifests every few seconds (a fifth of the start on 2026.4.14).
    OPENCLAW_DISABLE_BONJOUR: '1',
    AWS_EC2_METADATA_DISABLED: 'true',
    OPENCLAW_SKIP_CHANNELS: '1',
    OPENCLAW_SKIP_GMAIL_WATCHER: '1',
    OPENCLAW_PLUGIN_MANIFEST_CACHE_MS: '600000',
    OPENCLAW_PLUGIN_DISCOVERY_CACHE_MS: '600000',
  };
}

/** A port that is free with the ones after it; tried a few times, as others take ports too. */
async function freePorts(): Promise<number> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const free = await Promise.all(Array.from({ length: OWN_PORTS }, (_, index) => isFree(port + index)));
    if (free.every(Boolean)) return port;
  }
  throw new HarnessError(
    'NO_PORT',
    'harness',
    'No free ports on 127.0.0.1 between 20000 and 32000.',
    'End what holds them.',
  );
}

const isFree = (port: number) =>
  new Promise<boolean>((resolve) => {
    const server = createServer()
      .once('error', () => resolve(false))
      .listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
