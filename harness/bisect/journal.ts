import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { HarnessError } from '#harness/error.ts';
import type { Probe } from './bisect.ts';

const head = z.object({ bisect: z.literal(1), scenario: z.string() });
const entry = z.object({
  version: z.string(),
  result: z.enum(['shown', 'clean', 'untestable', 'failed']),
  verdict: z.string(),
  seconds: z.number(),
});

/**
 * What was probed, a line a probe, in the order of time. A search that is started again takes from it what it finds there
 * and runs only the rest; a line that is taken out is probed again, one that is put in is believed.
 */
export class Journal {
  readonly path: string;
  readonly #known = new Map<string, Probe[]>();

  /** @throws HarnessError `JOURNAL` for a file that is none, or belongs to another scenario */
  constructor(path: string, scenario: string) {
    this.path = path;
    if (!existsSync(path)) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, `${JSON.stringify({ bisect: 1, scenario })}\n`);
      return;
    }
    const text = readFileSync(path, 'utf8');
    const whole = text.endsWith('\n') ? text : text.slice(0, text.lastIndexOf('\n') + 1);
    // A line that a kill has torn was never finished: it goes, so that the next one starts on its own.
    if (whole !== text) writeFileSync(path, whole);
    const [first = '', ...lines] = whole.split('\n').filter(Boolean);
    const named = head.safeParse(parse(first)).data?.scenario;
    if (named !== scenario) throw unreadable(path, 1, `it is the journal of ${named ?? 'nothing known'}`);
    for (const [index, line] of lines.entries()) {
      const probe = entry.safeParse(parse(line)).data;
      if (!probe) throw unreadable(path, index + 2, 'this line is no probe');
      this.#known.set(probe.version, [...(this.#known.get(probe.version) ?? []), probe]);
    }
  }

  /** How many probes it holds. */
  get size(): number {
    return this.#known.values().reduce((sum, { length }) => sum + length, 0);
  }

  /** The `attempt`-th probe of a version, from 1, where it was made before. */
  get(version: string, attempt: number): Probe | undefined {
    return this.#known.get(version)?.[attempt - 1];
  }

  add(probe: Probe): void {
    appendFileSync(this.path, `${JSON.stringify(probe)}\n`);
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

const unreadable = (path: string, line: number, why: string): HarnessError =>
  new HarnessError(
    'JOURNAL',
    'call',
    `${path}:${line}: ${why}.`,
    'Mend or remove the file, or name another folder with --output.',
  );
