/** When the page reads what was added to a history while a run of its own is open; the run's own word comes first. */
const SOON = 5_000;

/**
 * Reads what the gateway has added to a history, as the page does where a run ends without words (read in those of
 * 2026.3.7 to 2026.5.28) or a message was added (from 2026.4.12 on): a reply that no event of its own has told is shown
 * all the same. 2026.5.28 answers so after a fallback.
 */
export class CatchUp {
  readonly #read: (session: string) => Promise<void>;
  /** By session, the run that the page waits for. */
  readonly #open = new Map<string, string>();
  /** Sessions with more in their history than the page has read. */
  readonly #behind = new Set<string>();
  readonly #reading = new Set<string>();

  /** @param read must not reject */
  constructor(read: (session: string) => Promise<void>) {
    this.#read = read;
  }

  /** The page waits for a run. */
  sent(session: string, runId: string): void {
    this.#open.set(session, runId);
  }

  /** The page was opened anew: it waits for nothing. */
  opened(): void {
    this.#open.clear();
  }

  /** @param untold the run has ended without words */
  ended(session: string, runId: string | undefined, untold: boolean): void {
    if (!runId || runId === this.#open.get(session)) this.#open.delete(session);
    if (untold) this.#behind.add(session);
    if (untold || !this.#open.has(session)) void this.#now(session);
  }

  /** A message was added to the history. */
  added(session: string): void {
    this.#behind.add(session);
    if (this.#open.has(session)) setTimeout(() => this.#now(session), SOON).unref();
    else void this.#now(session);
  }

  async #now(session: string): Promise<void> {
    if (this.#reading.has(session)) return;
    this.#reading.add(session);
    while (this.#behind.delete(session)) await this.#read(session);
    this.#reading.delete(session);
  }
}
