import pLimit, { type LimitFunction } from 'p-limit';
import { Starts } from './starts.ts';

export interface LanesOptions {
  /** Gateways at a time, where the machine has a core for each that starts. */
  jobs: number;
  signal: AbortSignal;
  /** Waits until a core is idle. @default a minute at the most */
  calm?: (signal: AbortSignal) => Promise<void>;
}

export interface Lane {
  /** Aborted when all is to stop, also because another lane failed. */
  signal: AbortSignal;
  /** Runs a gateway once a core has room for it. */
  start<T>(run: () => Promise<T>): Promise<T>;
  /** Waits until a core is idle; a minute at the most. */
  calm(): Promise<void>;
}

/** What goes on at a time on one machine. The first failure stops all. */
export class Lanes {
  readonly #limit: LimitFunction;
  readonly #starts = new Starts();
  readonly #failed = new AbortController();
  readonly #lane: Lane;

  constructor({ jobs, signal, calm = (either) => this.#starts.calm(either) }: LanesOptions) {
    this.#limit = pLimit(jobs);
    const either = AbortSignal.any([signal, this.#failed.signal]);
    this.#lane = {
      signal: either,
      start: (run) => this.#starts.run(either, run),
      calm: () => calm(either),
    };
  }

  /**
   * Works as soon as a lane is free.
   * @throws what the first failure of any lane threw, or `signal` was aborted with
   */
  async in<T>(work: (lane: Lane) => Promise<T>): Promise<T> {
    try {
      return await this.#limit(() => {
        this.#lane.signal.throwIfAborted();
        return work(this.#lane);
      });
    } catch (error) {
      this.#failed.abort(error);
      this.#lane.signal.throwIfAborted();
      throw error;
    }
  }

  /** Works on all items, and gives what came of each in the same order. All are waited for: nothing may be left running. */
  async all<Item, Result>(
    items: readonly Item[],
    work: (item: Item, lane: Lane) => Promise<Result>,
  ): Promise<Result[]> {
    const working = items.map((item) => this.in((lane) => work(item, lane)));
    await Promise.allSettled(working);
    return Promise.all(working);
  }
}
