import { once } from 'node:events';
import { constants } from 'node:os';
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { MIGRATED_HOME, partsOf } from '#harness/gateway/environment.ts';
import type {
  CliOptions,
  CliRun,
  Network,
  RunningGateway,
  StartOptions,
  StoppedGateway,
} from '#harness/gateway/gateway.ts';
import { CLI_TIMEOUT, MOST_OUTPUT } from '#harness/gateway/gateway.ts';
import type { GatewayLog } from '#harness/gateway/gateway-log.ts';
import { type Container, type Docker, statusOf } from './engine.ts';
import { copyOut } from './files.ts';
import { removeContainer } from './leftovers.ts';
import type { Relay } from './relay.ts';

const STOP_TIMEOUT_S = 5;

interface Parts {
  container: Container;
  docker: Docker;
  relay: Relay;
  log: GatewayLog;
  options: StartOptions;
  /** The gateway's folder in the container. */
  folder: string;
  /** The launcher of all commands, as the container sees it. */
  entry: string;
  /** What Node is given before it for a command at a terminal. */
  onTerminal: string[];
  /** Starts our end of the relay in the container. */
  relayCommand: string[];
  /** For the timeline. */
  started: { version: string; node: string; port: number };
}

/** A gateway in a container that was made for it and goes with it. */
export class RunningContainer implements RunningGateway {
  readonly url: string;
  readonly #parts: Parts;
  #exit = new AbortController();
  #paused = false;
  /** CPU time of the lives before this one. */
  #cpuMs = 0;
  #stopped: Promise<StoppedGateway> | undefined;

  private constructor(parts: Parts) {
    this.#parts = parts;
    this.url = `ws://127.0.0.1:${parts.relay.port}/`;
  }

  static async start(parts: Parts): Promise<RunningContainer> {
    const running = new RunningContainer(parts);
    await running.#start();
    return running;
  }

  get exited(): AbortSignal {
    return this.#exit.signal;
  }

  logTail(): readonly string[] {
    return this.#parts.log.tail;
  }

  async pause(): Promise<void> {
    await this.#parts.container.pause().catch(unlessGone);
    this.#paused = true;
  }

  async unpause(): Promise<void> {
    if (!this.#paused) return;
    await this.#parts.container.unpause().catch(unlessGone);
    this.#paused = false;
  }

  async kill(): Promise<void> {
    await this.unpause();
    await this.#countCpu();
    await this.#parts.container.kill({ signal: 'SIGKILL' }).catch(unlessGone);
    await this.#gone();
  }

  async restart(): Promise<void> {
    await this.#end();
    await this.#start();
  }

  get network(): Network {
    const { relay } = this.#parts;
    return { cut: async () => relay.cut(), restore: async () => relay.restore() };
  }

  async editFile(path: string, edit: (text: string | undefined) => string): Promise<void> {
    const file = `${partsOf(this.#parts.folder).home}/${path}`;
    const { code, output } = await this.#exec(['node', '-e', READ, file], ['NODE_OPTIONS=']);
    const text = edit(code === 0 ? Buffer.from(output, 'base64').toString() : undefined);
    const write = ['node', '-e', WRITE, file, Buffer.from(text).toString('base64')];
    const written = await this.#exec(write, ['NODE_OPTIONS=']);
    if (written.code !== 0)
      throw new Error(`${path} could not be written in the container: ${written.output}`);
  }

  runCli(args: readonly string[], { terminal = false }: CliOptions = {}): Promise<CliRun> {
    return this.#exec(['node', ...(terminal ? this.#parts.onTerminal : []), this.#parts.entry, ...args]);
  }

  stop(): Promise<StoppedGateway> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #start(): Promise<void> {
    const { container, options, started } = this.#parts;
    // Attached before the start, so that no line is missed.
    const output = await this.#attach();
    await container.start();
    this.#exit = new AbortController();
    this.#watch(this.#exit, output.ended);
    const { State } = await container.inspect();
    options.record({ kind: 'gateway.started', ...started, pid: State.Pid });
    await this.#openRelay();
  }

  /** Writes down the end of this life, after all that it had to say. Never rejects: a container that is gone has ended. */
  async #watch(exit: AbortController, outputEnded: Promise<unknown>): Promise<void> {
    const { container, options } = this.#parts;
    try {
      const { StatusCode } = (await container.wait()) as { StatusCode: number };
      await outputEnded;
      const { OOMKilled } = (await container.inspect()).State;
      const outOfMemory = OOMKilled && { outOfMemory: true };
      options.record({ kind: 'gateway.exit', ...exitOf(StatusCode), ...outOfMemory });
    } catch {
      options.record({ kind: 'gateway.exit', code: null, signal: null });
    } finally {
      exit.abort();
    }
  }

  /** Brings the console to the log. */
  async #attach(): Promise<{ ended: Promise<unknown> }> {
    const { container, docker, log } = this.#parts;
    const stream = await container.attach({ stream: true, stdout: true, stderr: true, hijack: true });
    const outputs = { stdout: new PassThrough(), stderr: new PassThrough() };
    // Followed by a close.
    stream.on('error', () => undefined);
    docker.modem.demuxStream(stream, outputs.stdout, outputs.stderr);
    stream.once('close', () => Object.values(outputs).map((output) => output.end()));
    const names = ['stdout', 'stderr'] as const;
    const ended = Promise.all(
      names.map((name) => once(createInterface({ input: outputs[name] }).on('line', log[name]), 'close')),
    );
    return { ended };
  }

  async #openRelay(): Promise<void> {
    const { container, docker, relay, relayCommand } = this.#parts;
    try {
      const exec = await container.exec({
        Cmd: relayCommand,
        // The relay is ours: what is preloaded into the gateway stays away from it.
        Env: ['NODE_OPTIONS='],
        AttachStdin: true,
        AttachStdout: true,
        AttachStderr: true,
      });
      const raw = await exec.start({ hijack: true, stdin: true });
      const output = new PassThrough();
      docker.modem.demuxStream(raw, output, new PassThrough().resume());
      raw.once('close', () => output.end());
      relay.use(output, raw);
    } catch (error) {
      // A gateway that has ended at once is seen by its end, with its log.
      if (!(await container.inspect()).State.Running) return;
      throw error;
    }
  }

  /** Runs a command beside the gateway, as the same user, to its end; what outlives the limit ends with the container. */
  async #exec(command: readonly string[], variables: readonly string[] = []): Promise<CliRun> {
    const { container, docker } = this.#parts;
    const exec = await container.exec({
      Cmd: [...command],
      Env: [...variables],
      AttachStdout: true,
      AttachStderr: true,
    });
    const raw = await exec.start({ hijack: true, stdin: false });
    const both = new PassThrough().setEncoding('utf8');
    let output = '';
    both.on('data', (text: string) => {
      output = `${output}${text}`.slice(-MOST_OUTPUT);
    });
    docker.modem.demuxStream(raw, both, both);
    // Followed by a close.
    raw.on('error', () => undefined);
    await once(raw, 'close', { signal: AbortSignal.timeout(CLI_TIMEOUT) }).catch(() => raw.destroy());
    const { ExitCode } = await exec.inspect();
    return { code: ExitCode, output };
  }

  async #stop(): Promise<StoppedGateway> {
    const { container, docker, relay, options, folder } = this.#parts;
    try {
      await this.#end();
      const { home, tmp } = partsOf(folder);
      const migrated = options.copyMigrated ? [`${folder}/${MIGRATED_HOME}`] : [];
      for (const path of [home, tmp, ...migrated]) await copyOut(container, path, options.folder);
    } finally {
      await removeContainer(docker, container.id);
      await relay[Symbol.asyncDispose]();
    }
    return this.#cpuMs ? { cpuMs: this.#cpuMs } : {};
  }

  async #end(): Promise<void> {
    await this.unpause();
    await this.#countCpu();
    await this.#parts.container.stop({ t: STOP_TIMEOUT_S }).catch(unlessGone);
    await this.#gone();
  }

  async #gone(): Promise<void> {
    if (!this.exited.aborted) await once(this.exited, 'abort');
  }

  async #countCpu(): Promise<void> {
    if (this.exited.aborted) return;
    // `one-shot` spares the second that the engine otherwise waits for a comparison.
    const asked = { stream: false, 'one-shot': true } as { stream: false };
    const stats = await this.#parts.container.stats(asked).catch(() => undefined);
    this.#cpuMs += Math.round((stats?.cpu_stats.cpu_usage.total_usage ?? 0) / 1e6);
  }
}

const READ = `process.stdout.write(require('node:fs').readFileSync(process.argv[1]).toString('base64'))`;
const WRITE = `
  const { mkdirSync, renameSync, writeFileSync } = require('node:fs');
  const [, file, text] = process.argv;
  mkdirSync(require('node:path').dirname(file), { recursive: true });
  writeFileSync(file + '.edited', Buffer.from(text, 'base64'), { mode: 0o600 });
  renameSync(file + '.edited', file);
`;

/** 304 and 409: it has stopped already. */
function unlessGone(error: unknown): void {
  const status = statusOf(error);
  if (status !== 304 && status !== 404 && status !== 409) throw error;
}

/** An engine reports a death by signal as 128 and its number, as a shell does. */
function exitOf(status: number): { code: number | null; signal: string | null } {
  const signal = Object.entries(constants.signals).find(([, number]) => number === status - 128)?.[0];
  return signal ? { code: null, signal } : { code: status, signal: null };
}
