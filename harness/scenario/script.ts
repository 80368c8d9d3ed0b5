import type { Disturbances } from '#harness/gateway/gateway.ts';
import type { Midway } from '#harness/timeline/events.ts';
import type { Turn } from '#harness/verdict/turns.ts';
import type { NetworkSteps, Operations, Upgrade } from './operations.ts';

interface SendOptions {
  /** Further tabs of the page that must show how the message ends. */
  alsoIn?: readonly Tab[];
  /** Nothing but a reply will do for this message, also where others of the scenario may end in an error. */
  expect?: 'reply';
}

/** One conversation in the web chat. */
export interface Session {
  /**
   * Sends a message and follows it to its end; never throws for what the gateway does.
   * Between two messages of a conversation a second passes, as a person needs it; `atOnce` leaves it out.
   */
  say(text: string, options?: SendOptions & { atOnce?: boolean }): Promise<Turn>;
  /**
   * Sends a message and goes on as soon as the gateway has taken it, or, with `until`, as it has reached a provider or
   * its reply is streaming; a run in which it never comes so far is inconclusive. `run` waits for its end before it judges.
   */
  send(text: string, options?: SendOptions & { until?: Midway }): Promise<void>;
  /**
   * Sends the conversation's last message once more with the same idempotency key, as a page does that cannot know
   * whether it arrived. The gateway must answer it once.
   */
  sendAgain(): Promise<void>;
  /**
   * Sends a chat command (`/new`, `/active-memory off`) and waits until it has had its effect. It is no message: what
   * comes of it is written down, and returned, but not judged; `undefined` where nothing was shown.
   */
  command(text: string): Promise<string | undefined>;
  /** Presses "stop". */
  abort(): Promise<void>;
}

/** One tab of the browser with the web chat open. */
export interface Tab {
  /** From 1, the tab that a script begins with. */
  readonly number: number;
  /**
   * The conversation `name`; `main` is the one that a web chat opens with. @default main
   * @param agent whose conversation it is. @default main
   */
  session(name?: string, agent?: string): Session;
  /** Drops the connection and comes back `afterMs` later. @default 1000 */
  reconnect(afterMs?: number): Promise<void>;
  /** Reads nothing of what the gateway sends for `forMs`, as a page on a sleeping laptop or a bad line. */
  stopReading(forMs: number): Promise<void>;
}

export interface OtherTab extends Tab {
  /** Closes the tab; what was typed in it and is open counts as interrupted. */
  close(): Promise<void>;
}

export interface Page extends Tab {
  /** Opens the web chat in one more tab of the same browser. */
  openTab(): Promise<OtherTab>;
  /**
   * What can befall the gateway itself, and what is done beside it. A message that is open when the gateway is killed,
   * restarted or upgraded counts as interrupted; what is said afterwards must be answered. A restart, and an upgrade,
   * waits until the gateway answers and the page is open again.
   */
  readonly gateway: Disturbances & NetworkSteps & Operations & Upgrade;
  /** Does nothing for a while. */
  idle(ms: number): Promise<void>;
  /**
   * Puts the wall clock of gateway, providers and page forward, as when a laptop wakes up after so many minutes: tokens
   * and cooldowns run out, timers do not. Needs `setup: { time: 'clock-jump' }`.
   */
  pass(minutes: number): Promise<void>;
  /** Waits until every message sent so far has ended. */
  settled(): Promise<void>;
}

export type Script = (page: Page) => Promise<unknown>;
