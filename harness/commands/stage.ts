import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { messageOf } from '#harness/base/error.ts';
import { counted } from '#harness/base/plain.ts';
import { Batch, type BatchOptions } from '#harness/batch/batch.ts';
import { ResultCache } from '#harness/batch/cache.ts';
import { Timings } from '#harness/batch/timings.ts';
import type { Engine } from '#harness/gateway/container/engine.ts';
import { clearContainers } from '#harness/gateway/container/leftovers.ts';
import { type Gateway, type Runtime, runtimes } from '#harness/gateway/gateway.ts';
import { PreparedStates } from '#harness/gateway/prepared/prepared-states.ts';
import { engineFor, resolveGateway } from '#harness/gateway/resolve.ts';
import { clearLeftovers } from '#harness/store/run-folder.ts';
import { VersionStore } from '#harness/store/version-store.ts';
import { onInterrupt } from '#harness/terminal/interrupt.ts';
import { type Status, startStatus } from '#harness/terminal/status.ts';
import type { Published } from '#harness/versions/ranges.ts';

export interface GatewayOptions {
  runtime: Runtime | 'auto';
  baseImage?: string;
  freshState?: boolean;
}

/** The options of every command that starts gateways. */
export const withGatewayOptions = (command: Command): Command =>
  command
    .addOption(
      new Option('--runtime <where>', 'how to run the gateway; auto: in a container if an engine answers')
        .choices([...runtimes, 'auto'])
        .default('auto'),
    )
    .addOption(
      new Option(
        '--base-image <name>',
        'image with Node to run the package in, instead of the official image',
      ).env('OPENCLAW_REPRO_BASE_IMAGE'),
    )
    .option('--fresh-state', 'from 2026.6.5 on: migrate the state in every run, not once for each set-up');

interface StageOptions extends GatewayOptions {
  jobs: number;
  bootTimeout: number;
  again?: boolean;
}

/** What every command that plays scenarios works with. Disposed of, it has given Ctrl-C and the terminal back. */
export class Stage implements Disposable {
  readonly status: Status = startStatus();
  readonly store = new VersionStore();
  readonly timings = new Timings(this.store.folder);
  readonly #options: StageOptions;
  readonly #interrupt: ReturnType<typeof onInterrupt>;
  #engine: Engine | undefined;

  /** @param stopping what is said at the first Ctrl-C */
  constructor(
    options: StageOptions,
    stopping = 'Stopping. Run the same command to resume. Press Ctrl-C again to quit now.',
  ) {
    this.#options = options;
    this.#interrupt = onInterrupt(() => this.status.say(stopping));
  }

  /** Aborted when the user wants to stop. */
  get signal(): AbortSignal {
    return this.#interrupt.signal;
  }

  /**
   * Finds the engine, where containers are wanted, and clears away what killed runs have left.
   * @throws HarnessError where no engine can be used that was asked for
   */
  async prepare(): Promise<void> {
    const { status, store } = this;
    this.#engine = await engineFor(this.#options.runtime, (text) => status.say(text));
    const left = [
      ...clearLeftovers(store.runs),
      ...(this.#engine ? await clearContainers(this.#engine) : []),
    ];
    const { size } = new Set(left);
    if (size > 0) status.say(`Ended what ${counted(size, 'killed run')} left behind.`);
  }

  /** What is published. @throws HarnessError where the registry cannot be asked */
  async published(): Promise<Published> {
    this.status.set('registry', 'asking the registry');
    try {
      return await this.store.published(this.signal);
    } finally {
      this.status.clear('registry');
    }
  }

  /**
   * Makes the gateway that a name means ready to start.
   * @param label names it in the status
   */
  readonly gatewayFor = async (name: string, label: string): Promise<Gateway> => {
    const { status, store, signal } = this;
    const { runtime, baseImage } = this.#options;
    const fallBack = (why: string) => status.say(`${why} The gateway runs as a process.`);
    try {
      return await resolveGateway(name, {
        engine: this.#engine,
        baseImage,
        store,
        progress: (text) => status.set(label, text),
        signal,
        ...(runtime === 'auto' && { fallBack }),
      });
    } finally {
      status.clear(label);
    }
  };

  /** Plays cells as the command's options say, unless told otherwise, with a line in the status for each. */
  batch(more: Partial<Pick<BatchOptions, 'jobs' | 'cache' | 'seed' | 'keep'>> = {}): Batch {
    const { status, store, timings, signal } = this;
    const { jobs, freshState, bootTimeout, again } = this.#options;
    return new Batch({
      jobs,
      signal,
      play: {
        runs: store.runs,
        states: freshState ? undefined : new PreparedStates(store.states),
        bootTimeoutMs: bootTimeout * 1000,
        onBug: (error) =>
          status.say(`A bug in openclaw-repro: ${error instanceof Error ? error.stack : messageOf(error)}`),
      },
      cache: new ResultCache(join(store.folder, 'results')),
      again: (again || freshState) ?? false,
      timings,
      older: this.gatewayFor,
      onBusy: ({ scenario, gateway, verdict }) =>
        status.say(`${scenario.name} on ${gateway.version}: ${verdict} It is run once more.`),
      progress: (label, text) => (text === undefined ? status.clear(label) : status.set(label, text)),
      ...more,
    });
  }

  [Symbol.dispose](): void {
    this.#interrupt[Symbol.dispose]();
    this.status[Symbol.dispose]();
  }
}
