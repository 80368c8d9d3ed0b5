import { appendFileSync } from 'node:fs';
import { z } from 'zod';
import { openJournal } from '#harness/base/journal-lines.ts';
import { stages } from '#harness/timeline/events.ts';
import type { Trace } from '#harness/trace/trace.ts';
import { checkIds } from '#harness/verdict/checks/ids.ts';

/** What a scenario showed: the check that holds it against the gateway, and where the turn stopped. */
export interface Signature {
  check: (typeof checkIds)[number];
  stage?: (typeof stages)[number] | undefined;
}

/** How the scenario ran as it is: what its script did, and what it showed. */
export interface Original {
  trace: Trace;
  signature: Signature;
  verdict: string;
  seconds: number;
}

export interface Attempt {
  /** Of the scenario file that was tried. */
  key: string;
  reproduces: boolean;
  label: string;
  verdict: string;
  seconds: number;
}

const place: z.ZodType = z.lazy(() =>
  z.union([
    z.literal('page'),
    z.strictObject({ of: place, part: z.string() }),
    z.strictObject({ of: place, call: z.string(), args: z.array(z.json()) }),
    z.strictObject({ gaveBy: z.int() }),
  ]),
);
const moment = z.union([
  z.strictObject({ begin: z.int(), on: place, method: z.string(), args: z.array(z.json()) }),
  z.strictObject({ end: z.int() }),
]);
const original = z.object({
  trace: z.array(moment).transform((moments) => moments as Trace),
  signature: z.object({ check: z.enum(checkIds), stage: z.enum(stages).optional() }),
  verdict: z.string(),
  seconds: z.number(),
});
const probe = z.object({
  key: z.string(),
  reproduces: z.boolean(),
  label: z.string(),
  verdict: z.string(),
  seconds: z.number(),
});
const entry = z.union([original, probe]);

/** Whose journal it is: anything else, and what it says would be about something else. */
export interface About {
  scenario: string;
  gateway: string;
  /** Of the scenario as it is. */
  digest: string;
}
const head = z.object({
  shrink: z.literal(1),
  scenario: z.string(),
  gateway: z.string(),
  digest: z.string(),
});

/** What was tried, a line a try: started again, a search takes from it what it finds there and runs only the rest. */
export class ShrinkJournal {
  readonly path: string;
  readonly #known = new Map<string, Attempt>();
  #original: Original | undefined;

  /** @throws HarnessError `JOURNAL` for a file that is none, or belongs to another scenario or gateway */
  constructor(path: string, about: About) {
    this.path = path;
    const entries = openJournal(path, {
      head: { shrink: 1, ...about },
      belongs: (first) => {
        const found = head.safeParse(first).data;
        if (!found) return 'nothing known';
        const { scenario, gateway, digest } = found;
        if (scenario !== about.scenario || gateway !== about.gateway) return `${scenario} on ${gateway}`;
        return digest === about.digest || `${scenario} as it was before it was changed`;
      },
      entry: (line) => entry.safeParse(line).data,
    });
    for (const one of entries) {
      if ('trace' in one) this.#original = one;
      else this.#known.set(one.key, one);
    }
  }

  get size(): number {
    return this.#known.size;
  }

  get original(): Original | undefined {
    return this.#original;
  }

  get(key: string): Attempt | undefined {
    return this.#known.get(key);
  }

  add(one: Original | Attempt): void {
    appendFileSync(this.path, `${JSON.stringify(one)}\n`);
  }
}
