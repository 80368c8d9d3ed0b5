import type { Dialect } from '#mocks/dialects/dialect.ts';
import type { Step } from '#mocks/steps.ts';
import type { ProviderName } from '#mocks/targets.ts';
import type { Words } from '#mocks/words.ts';

/** The request that a fault befalls, as far as scenarios tell requests apart. */
export interface FaultedRequest {
  provider: ProviderName;
  /** A reply for a user's message, Active Memory's own call, a token, or the opening of a WebSocket. */
  purpose: 'turn' | 'recall' | 'compaction' | 'token' | 'handshake';
  /** How its stream is spoken, and how the service says what went wrong. */
  dialect: Dialect;
  words: Words;
  transport: 'http' | 'websocket';
  /** Which request to its target this is, from 1. */
  ordinal: number;
  /** When it came, in milliseconds since the epoch, on the run's clock. */
  now: number;
  model?: string;
  /** The user's message, with what the gateway put around it. */
  text: string;
  /** The gateway's own id for the conversation, where it sends one. */
  session?: string;
}

/**
 * One thing that a provider does wrong: a value with a name, a sentence for people, and its place in the answer.
 * Scenarios list them by request (`[cutAfter(1), reply()]`); a list's last entry repeats.
 */
export interface Fault {
  /** Written to the timeline when it is delivered. One that wraps another is called `own+inner`. */
  readonly name: string;
  /** The names under which it is delivered, where it is made of several, or of none. @default its own */
  readonly parts?: readonly string[];
  /** The call that made it, as a scenario has it, so that it can be printed: `['cutAfter', 1, 'reset']`. */
  readonly made?: readonly [by: string, ...args: unknown[]];
  /** A run in which it was never delivered proves something too. */
  readonly mayBeMissed?: true;
  /** Reads on from "the provider …". */
  describe(): string;
  apply(healthy: readonly Step[], request: FaultedRequest): Step[];
}

export const fault = (name: string, sentence: string, apply: Fault['apply']): Fault => ({
  name,
  describe: () => sentence,
  apply,
});

/**
 * Lets the faults that `make` gives tell how they were made. Every function that scenarios call is wrapped in it.
 * @param by the name that scenarios call it by
 */
export const made =
  <Args extends unknown[], F extends Fault>(by: string, make: (...args: Args) => F) =>
  (...args: Args): F => ({ ...make(...args), made: [by, ...args] });

/** No fault: the healthy answer as it is. */
export const reply = made(
  'reply',
  (): Fault => ({ ...fault('reply', 'answers', (steps) => [...steps]), parts: [] }),
);

/** The names under which a fault is delivered; a healthy answer has none. */
export const partsOf = ({ name, parts = [name] }: Fault): readonly string[] => parts;
