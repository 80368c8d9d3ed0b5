import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { HarnessError, messageOf } from '#harness/base/error.ts';
import type { Address, Answer, Connection } from './connection.ts';
import { Device } from './device.ts';
import { shakeHands } from './hand-shake.ts';

export const REQUEST_TIMEOUT = 30_000;
const RECONNECT_TIMEOUT = 60_000;

interface LineOptions {
  onEvent: (event: string, payload: unknown) => void;
  /** Called whenever it is connected, before anything is received. */
  onOpen: () => void;
  /** Called when it has lost its connection, or the page has left. */
  onClosed: (close: { code: number; reason: string }) => void;
  /** What the page does as soon as it has a lost connection back. */
  reload: () => Promise<void>;
}

/** A page's line to the gateway: lost, it comes back by itself, as the page does. */
export class Line implements AsyncDisposable {
  readonly #address: Address;
  readonly #device: Device;
  readonly #with: LineOptions;
  #connection: Connection | undefined;
  readonly #disposed = new AbortController();
  #leaving = false;
  #back: Promise<void> | undefined;
  #unread = false;
  #pauses = 0;

  constructor(address: Address, options: LineOptions) {
    this.#address = address;
    this.#device = address.device ?? new Device();
    this.#with = options;
  }

  /** While the connection is lost: settled when it is back, or given up. */
  get back(): Promise<void> | undefined {
    return this.#back;
  }

  get protocol(): number {
    return this.#connection?.protocol ?? 0;
  }

  /** Nothing is read right now. */
  get isUnread(): boolean {
    return this.#unread;
  }

  /** How often reading was stopped so far. */
  get pauses(): number {
    return this.#pauses;
  }

  /**
   * Connects as soon as the gateway lets the page in and serves it: some let it in and refuse its requests, see
   * `whileStarting`. Returns how many attempts it took.
   */
  async connect(timeoutMs: number, signal: AbortSignal): Promise<number> {
    const deadline = performance.now() + timeoutMs;
    try {
      const how = { address: this.#address, device: this.#device, deadline, signal };
      const { connection, attempts } = await shakeHands(how);
      await whileStarting(connection, deadline, signal).catch((error: unknown) => {
        connection.close();
        throw error;
      });
      this.#use(connection);
      return attempts;
    } catch (error) {
      signal.throwIfAborted();
      throw new HarnessError(
        'NOT_READY',
        `The gateway did not answer the web chat within ${Math.round(timeoutMs / 1000)} s: ${messageOf(error)}`,
        'Give it more time with --boot-timeout, or look at the log lines below.',
        { cause: error },
      );
    }
  }

  /** Drops the connection; `connect` makes a new one. */
  leave(): void {
    if (this.#leaving) return;
    this.#leaving = true;
    this.#connection?.close();
    this.#with.onClosed({ code: 1001, reason: 'the page left' });
  }

  /** Leaves for good. */
  hangUp(): void {
    this.#disposed.abort();
    this.leave();
  }

  /**
   * Sends a request; never rejects: a refusal, a closed connection and a timeout are answers.
   * @param over aborted when the answer is waited for no longer, before `timeoutMs`
   */
  async request(
    method: string,
    params: unknown,
    timeoutMs = REQUEST_TIMEOUT,
    over?: AbortSignal,
  ): Promise<Answer> {
    if (!this.#connection) return { ok: false, code: 'CLOSED', message: 'not connected' };
    const answer = this.#connection.request(method, params, timeoutMs);
    if (!over) return answer;
    const given = once(over, 'abort').then(
      (): Answer => ({ ok: false, code: 'TIMEOUT', message: 'given up' }),
    );
    return Promise.race([answer, given]);
  }

  /** Lets what the gateway sends pile up for `forMs`. */
  async stopReading(forMs: number, signal: AbortSignal): Promise<void> {
    const slow = this.#connection;
    slow?.stopReading();
    this.#unread = true;
    this.#pauses++;
    try {
      await sleep(forMs, undefined, { signal });
    } finally {
      slow?.readOn();
      this.#unread = false;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#leaving = true;
    this.#disposed.abort();
    this.#connection?.close();
  }

  #use(connection: Connection): void {
    const { onEvent, onOpen, onClosed } = this.#with;
    this.#connection = connection;
    this.#leaving = false;
    connection.listen(onEvent);
    onOpen();
    connection.closed.then((close) => {
      if (this.#leaving) return;
      onClosed(close);
      // As the page does by itself. Where the gateway is gone for good, its end stands in the timeline.
      const forget = () => {
        this.#back = undefined;
      };
      this.#back = this.#comeBack().then(forget, forget);
    });
  }

  async #comeBack(): Promise<void> {
    await this.connect(RECONNECT_TIMEOUT, this.#disposed.signal);
    await this.#with.reload();
  }
}

/**
 * Waits until the gateway does more than let the page in: 2026.5.31-beta.1 and 2026.7.2-beta.5 on a crowded machine
 * refused `chat.send`, `sessions.list` and `chat.history` for seconds after `hello-ok`. The page of 2026.9.6 knows the
 * refusal (UNAVAILABLE, `startup-sidecars`) and asks again.
 */
async function whileStarting(connection: Connection, deadline: number, signal: AbortSignal): Promise<void> {
  for (;;) {
    const answer = await connection.request('sessions.list', {}, REQUEST_TIMEOUT);
    const starting = !answer.ok && answer.code === 'UNAVAILABLE' && /gateway startup/.test(answer.message);
    if (!starting) return;
    if (performance.now() > deadline) throw new Error(`${answer.code}: ${answer.message}`);
    await sleep(250, undefined, { signal });
  }
}
