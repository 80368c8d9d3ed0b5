import { counted } from '#harness/base/plain.ts';
import type { MatrixEntry } from './result.ts';

/** How far a matrix is, and what it has cost. */
export class Progress {
  readonly #total: number;
  readonly #clock: () => number;
  readonly #started: number;
  #done = 0;
  #fresh = 0;
  #kept = 0;
  #ranMs = 0;

  constructor(total: number, clock: () => number = () => performance.now()) {
    this.#total = total;
    this.#clock = clock;
    this.#started = clock();
  }

  count(entry: MatrixEntry, kept: boolean): void {
    this.#done++;
    if (kept) this.#kept++;
    if (kept || !('record' in entry)) return;
    this.#fresh++;
    this.#ranMs += entry.record.timing.totalMs;
  }

  get text(): string {
    const left = this.#total - this.#done;
    const minutes = ((this.#clock() - this.#started) / 60_000 / this.#fresh) * left;
    const about = this.#fresh > 1 && left > 0 ? `, about ${Math.max(1, Math.round(minutes))} min left` : '';
    return `${this.#done} of ${this.#total}${about}`;
  }

  /** @param jobs gateways at a time */
  summary(jobs: number): string {
    const kept = `${this.#kept} of ${counted(this.#done, 'cell')} kept from before`;
    if (this.#fresh === 0) return `${kept}.`;
    const minutes = (ms: number) => (ms / 60_000).toFixed(1);
    const took = this.#clock() - this.#started;
    return (
      `${kept}; ${counted(this.#fresh, 'run')} in ${minutes(took)} min: ${(took / (this.#ranMs / jobs)).toFixed(2)} times ` +
      `what the runs took themselves (${minutes(this.#ranMs)} min, ${jobs} at a time).`
    );
  }
}
