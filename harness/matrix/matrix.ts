import { endsAll, HarnessError } from '#harness/base/error.ts';
import type { Batch } from '#harness/batch/batch.ts';
import type { Gateway } from '#harness/gateway/gateway.ts';
import type { Scenario } from '#harness/scenario/scenario.ts';
import type { MatrixEntry } from './result.ts';

export interface MatrixOptions {
  versions: readonly string[];
  scenarios: readonly Scenario[];
  /** Prepares a version; one that could not be prepared is a reason in the result. */
  prepare: (version: string) => Promise<Gateway>;
  batch: Batch;
  /** Called as each entry is there; `kept` where it was run before. */
  onEntry: (entry: MatrixEntry, kept: boolean) => void;
}

/**
 * Runs every scenario on every version, version by version. What was run is kept at once: ended at any moment and
 * started again, it goes on where it was.
 * @throws what the batch throws, and a failure to prepare a version after which nothing could go on
 */
export async function runMatrix(options: MatrixOptions): Promise<MatrixEntry[]> {
  const { versions, scenarios, prepare, batch, onEntry } = options;
  const preparing = new Map<string, Promise<Gateway>>();

  /** Once a version; the next one is prepared while this one runs. */
  function gatewayOf(version: string): Promise<Gateway> {
    const known = preparing.get(version) ?? prepare(version);
    preparing.set(version, known);
    // Whoever needs it hears of a failure.
    known.catch(() => undefined);
    return known;
  }

  const cells = versions.flatMap((version, index) =>
    scenarios.map((scenario) => ({ version, next: versions[index + 1], scenario })),
  );
  try {
    return await batch.inLanes(
      cells,
      async ({ version, next, scenario }, play, signal): Promise<MatrixEntry> => {
        let gateway: Gateway;
        try {
          gateway = await gatewayOf(version);
        } catch (error) {
          signal.throwIfAborted();
          if (!(error instanceof HarnessError) || endsAll(error)) throw error;
          const { code: reason } = error;
          const entry = { version, scenario: scenario.name, title: scenario.title, reason };
          onEntry(entry, false);
          return entry;
        }
        if (next) gatewayOf(next);
        const { record, kept } = await play({ scenario, gateway });
        onEntry({ record }, kept);
        return { record };
      },
    );
  } finally {
    await Promise.allSettled(preparing.values());
  }
}

/** The part of a list that falls to machine `index` of `count`, both from 1: neighbours go to different machines. */
export const shardOf = <T>(list: readonly T[], { index, count }: { index: number; count: number }): T[] =>
  list.filter((_, place) => place % count === index - 1);
