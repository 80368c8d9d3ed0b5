import type { Disturbances } from './gateway/gateway.ts';
import type { Operations } from './operator.ts';
import type { Turn } from './turns.ts';

/** One conversation in the web chat. */
export interface Session {
  /**
   * Sends a message and follows it to its end; never throws for what the gateway does.
   * Between two messages of a conversation a second passes, as a person needs it; `atOnce` leaves it out.
   */
  say(text: string, options?: { atOnce?: boolean }): Promise<Turn>;
  /** Sends a message and goes on as soon as the gateway has taken it; `run` waits for its end before it judges. */
  send(text: string): Promise<void>;
  /** Presses "stop". */
  abort(): Promise<void>;
}

export interface Page {
  /** The conversation `name`; `main` is the one that a web chat opens with. The agent `main` by default. @default main */
  session(name?: string, agent?: string): Session;
  /** Drops the connection and comes back `afterMs` later. @default 1000 */
  reconnect(afterMs?: number): Promise<void>;
  /**
   * What can befall the gateway itself, and what is done beside it. A message that is open when the gateway is killed or restarted counts as
   * interrupted; what is said afterwards must be answered. A restart waits until the gateway answers and the page is
   * open again.
   */
  readonly gateway: Disturbances & Operations;
  /** Does nothing for a while. */
  idle(ms: number): Promise<void>;
  /** Waits until every message sent so far has ended. */
  settled(): Promise<void>;
}

export type Script = (page: Page) => Promise<unknown>;
