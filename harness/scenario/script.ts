import type { Disturbances } from '#harness/gateway/gateway.ts';
import type { Midway } from '#harness/timeline/events.ts';
import type { Turn } from '#harness/verdict/turns.ts';
import type { NetworkSteps, Operations, Upgrade } from './operations.ts';

interface SendOptions {
  /** Other tabs that must also show how the message ends. */
  alsoIn?: readonly Tab[];
  /** This message must get a reply, even if others in the scenario may end in an error. */
  expect?: 'reply';
}

/** One conversation in the web chat. */
export interface Session {
  /**
   * Sends a message and waits until it has ended. Never throws because of what the gateway does.
   * Pauses for a second between two messages of a conversation, as a person would; `atOnce` skips the pause.
   */
  say(text: string, options?: SendOptions & { atOnce?: boolean }): Promise<Turn>;
  /**
   * Sends a message and returns once the gateway has accepted it or, with `until`, once it has reached a provider or its
   * reply is streaming. A run in which it never gets that far is inconclusive. The run still waits for the message to end.
   */
  send(text: string, options?: SendOptions & { until?: Midway }): Promise<void>;
  /**
   * Sends the conversation's last message again with the same idempotency key, as a page does when it cannot know whether
   * the message arrived. The gateway must answer it only once.
   */
  sendAgain(): Promise<void>;
  /**
   * Sends a chat command (`/new`, `/active-memory off`) and waits until it has taken effect. The result is recorded and
   * returned, but not judged; `undefined` if nothing was shown.
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
   * The conversation called `name`; the web chat opens with `main`. @default main
   * @param agent the agent that the conversation is with. @default main
   */
  session(name?: string, agent?: string): Session;
  /** Drops the connection and reconnects after `afterMs`. @default 1000 */
  reconnect(afterMs?: number): Promise<void>;
  /** Stops reading what the gateway sends for `forMs`, like a page on a sleeping laptop or a bad connection. */
  stopReading(forMs: number): Promise<void>;
}

export interface OtherTab extends Tab {
  /** Closes the tab. Messages that were typed in it and are still open count as interrupted. */
  close(): Promise<void>;
}

export interface Page extends Tab {
  /** Opens the web chat in another tab of the same browser. */
  openTab(): Promise<OtherTab>;
  /**
   * What happens to the gateway itself, and what is done on its machine. A message that is open when the gateway is
   * killed, restarted or upgraded counts as interrupted; later messages must be answered. A restart or an upgrade waits
   * until the gateway answers and the page is open again.
   */
  readonly gateway: Disturbances & NetworkSteps & Operations & Upgrade;
  /** Waits. */
  idle(ms: number): Promise<void>;
  /**
   * Moves the wall clock of the gateway, the providers and the page forward, as when a laptop wakes up: tokens and cooldowns
   * expire, timers do not fire. Needs `setup: { time: 'clock-jump' }`.
   */
  pass(minutes: number): Promise<void>;
  /** Waits until every message sent so far has ended. */
  settled(): Promise<void>;
}

export type Script = (page: Page) => Promise<unknown>;
