import { appendFileSync } from 'node:fs';
import { z } from 'zod';
import { openJournal } from '#harness/base/journal-lines.ts';
import type { Probe } from './probes.ts';

const head = z.object({ bisect: z.literal(1), scenario: z.string() });
const entry = z.object({
  version: z.string(),
  result: z.enum(['shown', 'clean', 'untestable', 'failed']),
  control: z.boolean().optional(),
  verdict: z.string(),
  seconds: z.number(),
});

/**
 * What was probed, a line a probe, in the order of time. A search that is started again takes from it what it finds there
 * and runs only the rest; a line that is taken out is probed again, one that is put in is believed.
 */
export class BisectJournal {
  readonly path: string;
  readonly #known = new Map<string, Probe[]>();
  readonly #controls = new Map<string, Probe>();

  /** @throws HarnessError `JOURNAL` for a file that is none, or belongs to another scenario */
  constructor(path: string, scenario: string) {
    this.path = path;
    const probes = openJournal(path, {
      head: { bisect: 1, scenario },
      belongs: (first) => {
        const named = head.safeParse(first).data?.scenario;
        return named === scenario || (named ?? 'nothing known');
      },
      entry: (line) => entry.safeParse(line).data,
    });
    for (const probe of probes) this.#keep(probe);
  }

  /** How many probes it holds, the controls apart. */
  get size(): number {
    return this.#known.values().reduce((sum, { length }) => sum + length, 0);
  }

  /** The `attempt`-th probe of a version, from 1, where it was made before. */
  get(version: string, attempt: number): Probe | undefined {
    return this.#known.get(version)?.[attempt - 1];
  }

  /** What the controls of a version said, where they were run before. */
  control(version: string): Probe | undefined {
    return this.#controls.get(version);
  }

  add(probe: Probe): void {
    appendFileSync(this.path, `${JSON.stringify(probe)}\n`);
    this.#keep(probe);
  }

  #keep(probe: Probe): void {
    if (probe.control) {
      if (probe.result !== 'failed') this.#controls.set(probe.version, probe);
    } else this.#known.set(probe.version, [...(this.#known.get(probe.version) ?? []), probe]);
  }
}
