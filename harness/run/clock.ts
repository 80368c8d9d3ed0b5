import { setTimeout as sleep } from 'node:timers/promises';
import type { Hands } from '#harness/gateway/gateway.ts';
import type { Recorder } from '#harness/timeline/timeline.ts';

/** Below the gateway's HOME: what puts its clock forward. */
export const CLOCK_FILE = '.openclaw-repro-clock.json';

/** Until every process of the gateway that asks what time it is hears of a jump. */
const TAKES_EFFECT = 250;

/** The wall clock of one run: that of the machine, and what a script has put it forward by. */
export class RunClock {
  readonly #record: Recorder;
  /** When, on the machine's clock, and by how much. */
  readonly #jumps: { at: number; byMs: number }[] = [];

  constructor(record: Recorder) {
    this.#record = record;
  }

  /** Milliseconds since the epoch. */
  readonly now = (): number => this.#jumps.reduce((time, { byMs }) => time + byMs, Date.now());

  /** What the gateway reads. */
  file(): string {
    return JSON.stringify(this.#jumps);
  }

  async pass(byMs: number, gateway: Pick<Hands, 'editFile'>): Promise<void> {
    this.#record({ kind: 'clock.jumped', byMs });
    this.#jumps.push({ at: Date.now(), byMs });
    await gateway.editFile(CLOCK_FILE, () => this.file());
    await sleep(TAKES_EFFECT);
  }
}
