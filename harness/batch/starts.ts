import { availableParallelism, cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';

/** Gateways at a time, unless told: most of the time a run waits, for a silence to be over. */
export const usualJobs = 2 * availableParallelism();

/** A starting gateway keeps a core busy for longer than this. */
const WINDOW = 5_000;
const ENOUGH = 0.9;
/** Of a window each. */
const LOOKS = 12;

interface StartsOptions {
  cores?: number;
  /** How many cores were idle over the next few seconds. */
  idleCores?: (signal: AbortSignal) => Promise<number>;
}

/**
 * Lets as many gateways run as there are cores, and a further one only once a core has been idle for some seconds:
 * a gateway that has to share its core answers late, and would be blamed for it. Measured, not guessed: one version
 * waits nine tenths of a run (2026.4.14), another is busy through all of it (2026.4.27).
 */
export class Starts {
  readonly #gate = pLimit(1);
  readonly #cores: number;
  readonly #idleCores: (signal: AbortSignal) => Promise<number>;
  #running = 0;

  constructor({ cores = availableParallelism(), idleCores = measureIdle }: StartsOptions = {}) {
    this.#cores = cores;
    this.#idleCores = idleCores;
  }

  /**
   * Waits until a core is idle, a minute at the most: who shares the machine may never be done.
   * @throws what `signal` was aborted with while it waited
   */
  async calm(signal: AbortSignal): Promise<void> {
    for (let looks = 0; looks < LOOKS && (await this.#idleCores(signal)) < ENOUGH; looks++);
  }

  /** @throws what `signal` was aborted with while it waited */
  async run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    await this.#gate(async () => {
      while (this.#running >= this.#cores && (await this.#idleCores(signal)) < ENOUGH)
        signal.throwIfAborted();
      this.#running++;
    });
    try {
      signal.throwIfAborted();
      return await work();
    } finally {
      this.#running--;
    }
  }
}

async function measureIdle(signal: AbortSignal): Promise<number> {
  const idle = () => cpus().reduce((sum, { times }) => sum + times.idle, 0);
  const [before, from] = [idle(), performance.now()];
  await sleep(WINDOW, undefined, { signal });
  return (idle() - before) / (performance.now() - from);
}
