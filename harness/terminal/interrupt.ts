import { constants } from 'node:os';
import { HarnessError, messageOf } from '#harness/base/error.ts';

/** Thrown through everything that runs when the user wants to stop. */
class Interrupted extends HarnessError {
  readonly #exitCode: number;

  constructor(name: 'SIGINT' | 'SIGTERM' | 'SIGHUP') {
    super('INTERRUPTED', 'Stopped before the end; nothing is left running.', 'Start it again when you like.');
    this.#exitCode = 128 + constants.signals[name];
  }

  override get exitCode(): number {
    return this.#exitCode;
  }
}

/** How long stopping in order may take, in milliseconds; a container takes some 10 s at the most. */
const PATIENCE = 45_000;

const CRASHES = ['uncaughtException', 'unhandledRejection'] as const;

const crashed = (error: unknown): HarnessError =>
  new HarnessError(
    'CRASHED',
    `Something failed outside of every run: ${messageOf(error)}`,
    'Usually it is a promise that a scenario does not await; otherwise it is a bug in openclaw-repro.',
    { cause: error },
  );

/** Aborts `signal` at the first Ctrl-C (or SIGTERM, SIGHUP), so that everything is stopped in order; leaves at the second. */
export function onInterrupt(sayStopping: () => void): Disposable & { signal: AbortSignal } {
  const controller = new AbortController();
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const listen = (name: (typeof names)[number]) => {
    const reason = new Interrupted(name);
    // What is left by leaving at once is ended by the next start.
    if (controller.signal.aborted) process.exit(reason.exitCode);
    sayStopping();
    controller.abort(reason);
    // An engine or a disk that no longer answers may not keep the user waiting.
    setTimeout(() => process.exit(reason.exitCode), PATIENCE).unref();
  };
  // A stray failure must neither look like a verdict (Node would exit with 1) nor leave a gateway running.
  const crash = (error: unknown) => controller.abort(crashed(error));
  for (const name of names) process.on(name, listen);
  for (const name of CRASHES) process.on(name, crash);
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      for (const name of names) process.off(name, listen);
      for (const name of CRASHES) process.off(name, crash);
    },
  };
}
