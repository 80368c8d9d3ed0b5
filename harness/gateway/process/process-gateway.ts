import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { HarnessError } from '#harness/base/error.ts';
import { groupCpuMs, killQuietly, processesOf } from '#harness/base/processes.ts';
import type { PreparedVersion } from '#harness/store/prepared.ts';
import { linkBundledDeps, STAGE } from '../bundled-deps.ts';
import {
  environment,
  JITI,
  type Layout,
  logFolder,
  migrateFirst,
  OWN_PORTS,
  onTerminal,
  partsOf,
  pathForGateway,
} from '../environment.ts';
import type {
  Build,
  CliOptions,
  CliRun,
  Gateway,
  RunningGateway,
  StartOptions,
  StoppedGateway,
} from '../gateway.ts';
import { CLI_TIMEOUT, MOST_OUTPUT } from '../gateway.ts';
import { GatewayLog } from '../gateway-log.ts';
import { tailFolder } from '../inside/tail-folder.mjs';
import { ownLines } from '../own-lines.ts';
import { withoutMachine } from './without-machine.ts';

const STOP_TIMEOUT = 5_000;

/** The stock package as a child process of its own group, with an own HOME and a closed network. */
export class ProcessGateway implements Gateway {
  readonly version: string;
  readonly build: Build;
  readonly #package: PreparedVersion;

  constructor(prepared: PreparedVersion) {
    this.#package = prepared;
    this.version = prepared.version;
    this.build = { runtime: 'process', ...prepared.build, node: process.versions.node };
  }

  async start(options: StartOptions): Promise<RunningGateway> {
    const place: Layout = {
      ...partsOf(options.folder),
      port: options.port ?? (await freePorts()),
      mocks: options.mocks.port,
      preload: new URL('../inside/closed-network.mjs', import.meta.url).href,
      compileCache: this.#package.compileCache,
      path: pathForGateway(process.env.PATH),
      ...(this.#package.stageBundledDeps && { stage: join(this.#package.compileCache, STAGE) }),
    };
    const { home, tmp, port, folder, compileCache } = place;
    const logs = logFolder(tmp, process.getuid?.());
    for (const path of [join(home, 'workspace'), tmp, ...(compileCache ? [join(compileCache, JITI)] : [])])
      mkdirSync(path, { recursive: true });
    for (const [path, content] of Object.entries(options.files?.({ port, home, logs }) ?? {})) {
      const isFolder = path.endsWith('/');
      mkdirSync(isFolder ? join(home, path) : dirname(join(home, path)), { recursive: true });
      if (!isFolder) writeFileSync(join(home, path), content, { mode: 0o600 });
    }
    if (compileCache) symlinkSync(join(compileCache, JITI), join(tmp, JITI));
    if (place.stage) {
      const seen = { version: this.#package.folder, cache: this.#package.compileCache };
      linkBundledDeps(this.#package, this.#package.compileCache, seen);
    }
    writeFileSync(join(folder, 'ca.pem'), options.mocks.ca);
    const command = [
      ...migrateFirst(
        fileURLToPath(new URL('../inside/migrate-first.mjs', import.meta.url)),
        folder,
        options,
      ),
      ...[this.#package.entry, 'gateway', 'run', '--port', String(port)],
    ];
    const launch = (args: readonly string[]) =>
      spawn(process.execPath, args, {
        cwd: join(home, 'workspace'),
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: environment(options, place),
      });
    const { version } = this;
    return new GatewayProcess({ launch, command, entry: this.#package.entry, version, options, place });
  }
}

interface Parts {
  /** Starts Node as the gateway's user would. */
  launch: (args: readonly string[]) => ChildProcess;
  /** The gateway. */
  command: readonly string[];
  /** The launcher of all commands. */
  entry: string;
  version: string;
  options: StartOptions;
  place: Layout;
}

class GatewayProcess implements RunningGateway {
  readonly url: string;
  readonly #parts: Parts;
  readonly #options: StartOptions;
  readonly #place: Layout;
  readonly #log: GatewayLog;
  readonly #files: Disposable[];
  #child: ChildProcess;
  #exit = new AbortController();
  /** CPU time of the lives before this one. */
  #cpuMs = 0;
  #stopped: Promise<StoppedGateway> | undefined;

  constructor(parts: Parts) {
    const { options, place } = parts;
    this.url = `ws://127.0.0.1:${place.port}/`;
    this.#parts = parts;
    this.#options = options;
    this.#place = place;
    this.#log = new GatewayLog(options.record);
    this.#files = [
      tailFolder(place.folder, 'egress.jsonl', ownLines(options.record, options.mocks.troubled)),
      ...[process.getuid?.(), undefined].map((uid) =>
        tailFolder(logFolder(place.tmp, uid), '.log', this.#log.file),
      ),
    ];
    this.#child = this.#start();
  }

  get exited(): AbortSignal {
    return this.#exit.signal;
  }

  logTail(): readonly string[] {
    return this.#log.tail;
  }

  async pause(): Promise<void> {
    this.#signal('SIGSTOP');
  }

  async unpause(): Promise<void> {
    this.#signal('SIGCONT');
  }

  async kill(): Promise<void> {
    await this.#end(['SIGKILL']);
  }

  async restart(): Promise<void> {
    await this.#end(['SIGTERM', 'SIGKILL']);
    this.#child = this.#start();
  }

  async editFile(path: string, edit: (text: string | undefined) => string): Promise<void> {
    const file = join(this.#place.home, path);
    const text = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.edited`, edit(text), { mode: 0o600 });
    renameSync(`${file}.edited`, file);
  }

  async runCli(args: readonly string[], { terminal = false }: CliOptions = {}): Promise<CliRun> {
    const child = this.#parts.launch([
      ...(terminal ? onTerminal(this.#place) : []),
      this.#parts.entry,
      ...args,
    ]);
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        output = `${output}${text}`.slice(-MOST_OUTPUT);
      });
    let timer: NodeJS.Timeout | undefined;
    const code = await new Promise<number | null>((resolve) => {
      child.on('error', () => resolve(null));
      child.on('close', resolve);
      timer = setTimeout(() => {
        killQuietly(-(child.pid ?? 0), 'SIGKILL');
        // Whoever left its group may hold its output open until the gateway is stopped.
        resolve(null);
      }, CLI_TIMEOUT);
    });
    clearTimeout(timer);
    return { code, output: withoutMachine(output, this.#place.home) };
  }

  stop(): Promise<StoppedGateway> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #start(): ChildProcess {
    const child = this.#parts.launch(this.#parts.command);
    const exit = new AbortController();
    for (const stream of ['stdout', 'stderr'] as const) {
      const pipe = child[stream];
      if (pipe) createInterface({ input: pipe }).on('line', this.#log[stream]);
    }
    child.on('error', (error) => this.#log.stderr(`could not be started: ${error.message}`));
    child.on('close', (code, signal) => {
      this.#options.record({ kind: 'gateway.exit', code, signal });
      exit.abort();
    });
    this.#exit = exit;
    const { node } = process.versions;
    const { pid = 0 } = child;
    this.#options.record({
      kind: 'gateway.started',
      version: this.#parts.version,
      node,
      pid,
      port: this.#place.port,
    });
    return child;
  }

  async #stop(): Promise<StoppedGateway> {
    await this.#end(['SIGTERM', 'SIGKILL']);
    for (const file of this.#files) file[Symbol.dispose]();
    return this.#cpuMs ? { cpuMs: this.#cpuMs } : {};
  }

  /** The launcher has a child of its own: the whole group is asked, then made, to end, and so is whoever left it. */
  async #end(signals: NodeJS.Signals[]): Promise<void> {
    const { pid } = this.#child;
    this.#cpuMs += (pid && groupCpuMs(pid)) || 0;
    for (const signal of signals) {
      this.#signal(signal);
      // Who was paused hears of nothing but SIGKILL.
      this.#signal('SIGCONT');
      if (signal === 'SIGKILL')
        for (const left of processesOf(this.#options.runId)) killQuietly(left, signal);
      await this.#gone(STOP_TIMEOUT);
    }
  }

  #signal(signal: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (pid) killQuietly(-pid, signal);
  }

  async #gone(timeoutMs: number): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while (performance.now() < deadline) {
      if (this.exited.aborted && processesOf(this.#options.runId).length === 0) return;
      await sleep(50);
    }
  }
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
    'No free ports on 127.0.0.1 between 20000 and 32000.',
    'Free some of them.',
  );
}

const isFree = (port: number) =>
  new Promise<boolean>((resolve) => {
    const server = createServer()
      .once('error', () => resolve(false))
      .listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
