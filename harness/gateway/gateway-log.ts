import { parseLogLine } from '#harness/openclaw/log-lines.ts';
import type { Recorder } from '#harness/timeline/timeline.ts';

const TAIL = 40;

/** Brings what a gateway writes, on its console and in its files, to the timeline. */
export class GatewayLog {
  readonly #record: Recorder;
  /** The last lines of the console. */
  readonly tail: string[] = [];

  constructor(record: Recorder) {
    this.#record = record;
  }

  readonly stdout = (line: string): void => this.#console('stdout', line);
  readonly stderr = (line: string): void => this.#console('stderr', line);

  /** A line of the log file. It repeats what the console says; only its structured fields are news. */
  readonly file = (line: string): void => {
    const parsed = parseLogLine(line);
    if (parsed.fields) this.#record({ kind: 'gateway.log', stream: 'file', ...parsed });
  };

  #console(stream: 'stdout' | 'stderr', line: string): void {
    const parsed = parseLogLine(line);
    if (!parsed.message && !parsed.fields) return;
    if (this.tail.push(line) > TAIL) this.tail.shift();
    this.#record({ kind: 'gateway.log', stream, ...parsed });
  }
}
