import { z } from 'zod';
import { parseJson, parseLogLine } from '#harness/openclaw/log-lines.ts';
import type { Record } from '#harness/timeline/timeline.ts';

const TAIL = 40;

/** Brings what a gateway writes, on its console and in its files, to the timeline. */
export class GatewayLog {
  readonly #record: Record;
  /** The last lines of the console. */
  readonly tail: string[] = [];

  readonly #troubled: (host: string) => void;

  /** @param troubled called with the host of each connection that the closed network did not let through on purpose */
  constructor(record: Record, troubled: (host: string) => void) {
    this.#record = record;
    this.#troubled = troubled;
  }

  readonly stdout = (line: string): void => this.#console('stdout', line);
  readonly stderr = (line: string): void => this.#console('stderr', line);

  /** A line of the log file. It repeats what the console says; only its structured fields are news. */
  readonly file = (line: string): void => {
    const parsed = parseLogLine(line);
    if (parsed.fields) this.#record({ kind: 'gateway.log', stream: 'file', ...parsed });
  };

  /** A line that our own code writes in the gateway's place (refused destinations, connections that a fault befell, the end of the migration); what cannot be read in it is passed over. */
  readonly egress = (line: string): void => {
    const said = inside.safeParse(parseJson(line)).data;
    if (!said) return;
    if ('migrated' in said) this.#record({ kind: 'gateway.migrated' });
    else if ('troubled' in said) this.#troubled(said.troubled);
    else this.#record({ kind: 'egress.refused', ...said });
  };

  #console(stream: 'stdout' | 'stderr', line: string): void {
    const parsed = parseLogLine(line);
    if (!parsed.message && !parsed.fields) return;
    if (this.tail.push(line) > TAIL) this.tail.shift();
    this.#record({ kind: 'gateway.log', stream, ...parsed });
  }
}

const inside = z.union([
  z.object({ migrated: z.literal(true) }),
  z.object({ troubled: z.string().max(300) }),
  z.object({ destination: z.string().max(300), via: z.string().max(20) }),
]);
