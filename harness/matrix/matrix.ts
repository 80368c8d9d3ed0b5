import pLimit from 'p-limit';
import { endsAll, HarnessError } from '#harness/error.ts';
import type { Gateway } from '#harness/gateway/gateway.ts';
import { isSpoilt, type RunRecord } from '#harness/record.ts';
import type { Scenario } from '#harness/scenario.ts';
import { Starts } from '#harness/starts.ts';
import type { ResultCache } from './cache.ts';
import type { Entry } from './result.ts';

export interface MatrixOptions {
  versions: readonly string[];
  scenarios: readonly Scenario[];
  /** Gateways at a time, where the machine has a core for each that starts. */
  jobs: number;
  signal: AbortSignal;
  /** Makes a version ready; one that cannot be had is a reason in the result. */
  prepare: (version: string) => Promise<Gateway>;
  run: (scenario: Scenario, gateway: Gateway, signal: AbortSignal) => Promise<RunRecord>;
  cache: Pick<ResultCache, 'get' | 'put'>;
  /** Runs also what the cache holds. */
  again: boolean;
  /** Called as each entry is there; `cached` where it was not run now. */
  onEntry: (entry: Entry, cached: boolean) => void;
}

/**
 * Runs every scenario on every version, version by version. What was run is kept at once: ended at any moment and
 * started again, it goes on where it was.
 * @throws what `signal` was aborted with; whatever `run` throws, and a HarnessError after which nothing could go on
 */
export async function runMatrix(options: MatrixOptions): Promise<Entry[]> {
  const { versions, scenarios, jobs, signal, prepare, run, cache, again, onEntry } = options;
  const limit = pLimit(jobs);
  const starts = new Starts();
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const preparing = new Map<string, Promise<Gateway>>();

  /** Once a version; the next one is prepared while this one runs. */
  function gatewayOf(index: number): Promise<Gateway> | undefined {
    const version = versions[index];
    if (version === undefined) return undefined;
    const known = preparing.get(version) ?? prepare(version);
    preparing.set(version, known);
    // Whoever needs it hears of a failure.
    known.catch(() => undefined);
    return known;
  }

  async function entryFor(index: number, version: string, scenario: Scenario): Promise<Entry> {
    let gateway: Gateway | undefined;
    try {
      gateway = await gatewayOf(index);
    } catch (error) {
      either.throwIfAborted();
      if (!(error instanceof HarnessError) || endsAll(error)) throw error;
      const { code: reason } = error;
      const entry = { version, scenario: scenario.name, title: scenario.title, reason };
      onEntry(entry, false);
      return entry;
    }
    if (!gateway) throw new RangeError(`no version ${index}`);
    gatewayOf(index + 1);
    const known = again ? undefined : cache.get(scenario, gateway);
    const record = known ?? (await starts.run(either, () => run(scenario, gateway, either)));
    if (!known && !isSpoilt(record)) cache.put(scenario, gateway, record);
    onEntry({ record }, known !== undefined);
    return { record };
  }

  const cells = versions.flatMap((version, index) =>
    scenarios.map((scenario) =>
      limit(async () => {
        either.throwIfAborted();
        return entryFor(index, version, scenario);
      }),
    ),
  );
  // The first failure of the harness stops the others, and all are waited for: nothing may be left running.
  for (const cell of cells) cell.catch((error: unknown) => failed.abort(error));
  const settled = await Promise.allSettled(cells);
  await Promise.allSettled(preparing.values());
  either.throwIfAborted();
  return settled.map((result) => (result as PromiseFulfilledResult<Entry>).value);
}

/** The part of a list that falls to machine `index` of `count`, both from 1: neighbours go to different machines. */
export const shardOf = <T>(list: readonly T[], { index, count }: { index: number; count: number }): T[] =>
  list.filter((_, place) => place % count === index - 1);
