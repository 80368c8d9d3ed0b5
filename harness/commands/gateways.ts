import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { messageOf } from '#harness/base/error.ts';
import { counted } from '#harness/base/plain.ts';
import { Batch, type BatchOptions } from '#harness/batch/batch.ts';
import { ResultCache } from '#harness/batch/cache.ts';
import type { Timings } from '#harness/batch/timings.ts';
import { clearContainers } from '#harness/gateway/container/leftovers.ts';
import { type Gateway, type Runtime, runtimes } from '#harness/gateway/gateway.ts';
import { PreparedStates } from '#harness/gateway/prepared/prepared-states.ts';
import { engineFor, resolveGateway } from '#harness/gateway/resolve.ts';
import { clearLeftovers } from '#harness/store/run-folder.ts';
import type { VersionStore } from '#harness/store/version-store.ts';
import type { Status } from '#harness/terminal/status.ts';

export interface GatewayOptions {
  runtime: Runtime | 'auto';
  baseImage?: string;
  freshState?: boolean;
}

/** The options of every command that starts gateways. */
export const withGatewayOptions = (command: Command): Command =>
  command
    .addOption(
      new Option('--runtime <where>', 'what the gateway runs in; auto: a container where an engine answers')
        .choices([...runtimes, 'auto'])
        .default('auto'),
    )
    .addOption(
      new Option(
        '--base-image <name>',
        'image with Node that the package runs in, instead of the official image',
      ).env('OPENCLAW_REPRO_BASE_IMAGE'),
    )
    .option(
      '--fresh-state',
      'from 2026.6.5 on: run the version’s own migration in every run, not once for each set-up',
    );

/**
 * Finds the engine, where containers are wanted, and clears away what killed runs have left.
 * @returns makes the gateway that a name means ready to start; `lane` names it in the status
 */
export async function gatewaysFor(
  { runtime, baseImage }: GatewayOptions,
  store: VersionStore,
  status: Status,
  signal: AbortSignal,
): Promise<(name: string, lane: string) => Promise<Gateway>> {
  const engine = await engineFor(runtime, (text) => status.say(text));
  const { size } = new Set([...clearLeftovers(store.runs), ...(engine ? await clearContainers(engine) : [])]);
  if (size > 0) status.say(`Ended what ${counted(size, 'killed run')} left behind.`);
  const fallBack = (why: string) => status.say(`${why} The gateway runs as a process.`);
  return async (name, lane) => {
    try {
      return await resolveGateway(name, {
        engine,
        baseImage,
        store,
        progress: (text) => status.set(lane, text),
        signal,
        ...(runtime === 'auto' && { fallBack }),
      });
    } finally {
      status.clear(lane);
    }
  };
}

interface Playing {
  options: GatewayOptions & { jobs: number; bootTimeout: number; again?: boolean };
  store: VersionStore;
  timings: Timings;
  status: Status;
  signal: AbortSignal;
  gatewayFor: (name: string, lane: string) => Promise<Gateway>;
}

/** Plays cells as the options of a command say, with a line in the status for each. */
export const batchFor = (
  { options, store, timings, status, signal, gatewayFor }: Playing,
  more: Pick<BatchOptions, 'cache' | 'seed' | 'keep'> = {
    cache: new ResultCache(join(store.folder, 'results')),
  },
): Batch =>
  new Batch({
    jobs: options.jobs,
    signal,
    play: {
      runs: store.runs,
      states: options.freshState ? undefined : new PreparedStates(store.states),
      bootTimeoutMs: options.bootTimeout * 1000,
      onFault: (error) =>
        status.say(`A fault of the harness: ${error instanceof Error ? error.stack : messageOf(error)}`),
    },
    again: (options.again || options.freshState) ?? false,
    timings,
    older: gatewayFor,
    progress: (label, text) => (text === undefined ? status.clear(label) : status.set(label, text)),
    ...more,
  });
