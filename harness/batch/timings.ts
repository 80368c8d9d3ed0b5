import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { RunRecord } from '#harness/record/record.ts';
import type { Scenario } from '#harness/scenario/scenario.ts';

/** Raised when a run has become so much faster or slower that what was seen before says nothing any more. */
const FORM = 2;
const stored = z.object({ form: z.literal(FORM), ms: z.record(z.string(), z.number()) });
/** What a run takes on two cores before one was seen: start, first reply, a wait. */
const TYPICAL = 60_000;

/** How long scenarios took here, so that the next run can say what it will take. */
export class Timings {
  readonly #path: string;
  readonly #known: { [key: string]: number };

  /** @param folder where they are kept from run to run */
  constructor(folder: string) {
    this.#path = join(folder, 'timings.json');
    this.#known = read(this.#path);
  }

  /** Of one, in milliseconds. */
  of({ name }: Scenario, version: string): number {
    return this.#known[`${name}@${version}`] ?? TYPICAL;
  }

  /** Of all, in milliseconds, for `jobs` at a time. */
  estimate(scenarios: readonly Scenario[], version: string, jobs: number): number {
    const each = scenarios.map((scenario) => this.of(scenario, version));
    const sum = each.reduce((total, ms) => total + ms, 0);
    return Math.max(sum / jobs, ...each);
  }

  add({ scenario, gateway, timing }: RunRecord): void {
    this.#known[`${scenario.name}@${gateway.version}`] = timing.totalMs;
    try {
      writeFileSync(this.#path, JSON.stringify({ form: FORM, ms: this.#known }));
    } catch {
      // Only an estimate is lost.
    }
  }
}

function read(path: string): { [key: string]: number } {
  try {
    return stored.parse(JSON.parse(readFileSync(path, 'utf8'))).ms;
  } catch {
    return {};
  }
}
