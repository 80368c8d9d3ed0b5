import pLimit from 'p-limit';
import { Starts } from './starts.ts';

export interface LanesOptions {
  /** Gateways at a time, where the machine has a core for each that starts. */
  jobs: number;
  signal: AbortSignal;
}

interface Lane {
  /** Aborted when all is to stop, also because another lane failed. */
  signal: AbortSignal;
  /** Runs a gateway once a core has room for it. */
  start<T>(run: () => Promise<T>): Promise<T>;
}

/**
 * Works on all items, some at a time, and gives what came of each in the same order. The first failure stops the others,
 * and all are waited for: nothing may be left running.
 * @throws what the first failure threw, or `signal` was aborted with
 */
export async function inLanes<Item, Result>(
  items: readonly Item[],
  { jobs, signal }: LanesOptions,
  work: (item: Item, lane: Lane) => Promise<Result>,
): Promise<Result[]> {
  const limit = pLimit(jobs);
  const starts = new Starts();
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const lane: Lane = { signal: either, start: (run) => starts.run(either, run) };
  const working = items.map((item) =>
    limit(async () => {
      either.throwIfAborted();
      return work(item, lane);
    }),
  );
  for (const one of working) one.catch((error: unknown) => failed.abort(error));
  const ended = await Promise.allSettled(working);
  either.throwIfAborted();
  return ended.map((result) => (result as PromiseFulfilledResult<Result>).value);
}
