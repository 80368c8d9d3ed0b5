import type { EventBody, EventOf, Kind, TimelineEvent } from './events.ts';
import type { Secret } from './redact.ts';
import { conceal, redact } from './redact.ts';

/** A monotonic clock in milliseconds. */
export type Clock = () => number;

export type Recorder = (event: EventBody) => TimelineEvent;

/** The append-only record of one run: every actor writes here, on one clock, and judgement reads only from it. */
export class Timeline {
  readonly #events: TimelineEvent[] = [];
  readonly #listeners = new Set<(event: TimelineEvent) => void>();
  readonly #clock: Clock;
  readonly #start: number;
  #secrets: () => readonly Secret[] = () => [];

  constructor(clock: Clock = () => performance.now()) {
    this.#clock = clock;
    this.#start = clock();
  }

  /** Values that must not be written down; each is replaced by its label before an event is kept. */
  hide(secrets: () => readonly Secret[]): void {
    this.#secrets = secrets;
  }

  readonly record: Recorder = (body) => {
    const event = { seq: this.#events.length, at: this.elapsed(), ...redact(body, this.#secrets()) };
    this.#events.push(event);
    for (const listener of this.#listeners) listener(event);
    return event;
  };

  /** A text from the gateway without the secrets of this run. */
  conceal(text: string): string {
    return conceal(text, this.#secrets());
  }

  /** Milliseconds since the run began. */
  elapsed(): number {
    return Math.round((this.#clock() - this.#start) * 10) / 10;
  }

  get events(): readonly TimelineEvent[] {
    return this.#events;
  }

  /** Calls `listener` for each coming event until the returned function is called. */
  subscribe(listener: (event: TimelineEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

export const ofKind =
  <K extends Kind>(...kinds: K[]) =>
  (event: TimelineEvent): event is EventOf<K> =>
    (kinds as Kind[]).includes(event.kind);

/** Reads a part of a timeline by kind. */
export const allOf =
  (events: readonly TimelineEvent[]) =>
  <K extends Kind>(...kinds: K[]): EventOf<K>[] =>
    events.filter(ofKind(...kinds));
