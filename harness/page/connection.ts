import { WebSocket } from 'ws';
import { HarnessError, messageOf } from '#harness/base/error.ts';
import { CLIENT, SCOPES } from '#harness/openclaw/web-client.ts';
import type { Device } from './device.ts';
import { challenge, helloOk, type InboundFrame, inboundFrame } from './frames.ts';

export interface Address {
  /** `ws://127.0.0.1:<port>/` */
  url: string;
  token: string;
  /** @default a new one */
  device?: Device;
}

interface OpenOptions {
  /** How long each of the gateway's two answers may take, in milliseconds. */
  timeoutMs: number;
  /** Drops the attempt. */
  signal: AbortSignal;
  /** Called as soon as the gateway has said anything. */
  onAnswer: () => void;
}

export type Answer = { ok: true; payload: unknown } | { ok: false; code: string; message: string };

/** One WebSocket to the gateway with the handshake done: requests with answers, and events. */
export class Connection {
  readonly #socket: WebSocket;
  readonly #pending = new Map<string, (answer: Answer) => void>();
  readonly #closed = Promise.withResolvers<{ code: number; reason: string }>();
  #nextId = 1;
  protocol = 0;
  /** What came while nobody listened: kept, as the page that opens the connection has to ask something first. */
  #early: [event: string, payload: unknown][] = [];
  #onEvent: ((event: string, payload: unknown) => void) | undefined;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => this.#receive(String(data)));
    socket.on('close', (code, reason) => {
      this.#closed.resolve({ code, reason: String(reason) });
      for (const settle of this.#pending.values()) {
        settle({
          ok: false,
          code: 'CLOSED',
          message: `the gateway closed the connection (${code} ${reason})`,
        });
      }
      this.#pending.clear();
    });
    // A failure is followed by a close, which tells all that waits.
    socket.on('error', () => undefined);
  }

  /**
   * Opens a connection and shakes hands.
   * @throws HarnessError `HANDSHAKE` when the gateway refuses or closes before `hello-ok`; a busy gateway does, so try again.
   */
  static async open(
    { url, token }: Address,
    device: Device,
    { timeoutMs, signal, onAnswer }: OpenOptions,
  ): Promise<Connection> {
    const socket = new WebSocket(url, {
      headers: { origin: url.replace(/^ws/, 'http').replace(/\/$/, '') },
      handshakeTimeout: timeoutMs,
      maxPayload: 64 * 1024 * 1024,
      perMessageDeflate: false,
    });
    const connection = new Connection(socket);
    const giveUp = () => connection.close();
    signal.addEventListener('abort', giveUp);
    try {
      signal.throwIfAborted();
      const { nonce } = await connection.#challenge(timeoutMs);
      onAnswer();
      const answer = await connection.request('connect', hello(token, device, nonce), timeoutMs);
      if (!answer.ok) throw new Error(`${answer.code}: ${answer.message}`);
      connection.protocol = helloOk.parse(answer.payload).protocol;
      return connection;
    } catch (error) {
      connection.close();
      throw new HarnessError(
        'HANDSHAKE',
        `The gateway did not let the web chat in: ${messageOf(error)}`,
        'Look at the gateway log; on a busy machine give it more time with --boot-timeout.',
        { cause: error },
      );
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  /** Hands over every event, from the first one on. */
  listen(onEvent: (event: string, payload: unknown) => void): void {
    this.#onEvent = onEvent;
    for (const [event, payload] of this.#early.splice(0)) onEvent(event, payload);
  }

  get closed(): Promise<{ code: number; reason: string }> {
    return this.#closed.promise;
  }

  /** Sends a request; never rejects: a refusal, a closed connection and a timeout are answers. */
  request(method: string, params: unknown, timeoutMs: number): Promise<Answer> {
    if (this.#socket.readyState !== WebSocket.OPEN) {
      return Promise.resolve({ ok: false, code: 'CLOSED', message: 'the connection is closed' });
    }
    const id = String(this.#nextId++);
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#pending.delete(id);
        resolve({ ok: false, code: 'TIMEOUT', message: `no answer to ${method} within ${timeoutMs} ms` });
      }, timeoutMs);
      this.#pending.set(id, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
      this.#socket.send(JSON.stringify({ type: 'req', id, method, params }));
    });
  }

  /** Leaves what the gateway sends in the socket: its buffers fill as those of a slow page do. */
  stopReading(): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.pause();
  }

  readOn(): void {
    this.#socket.resume();
  }

  close(): void {
    this.#socket.terminate();
  }

  async #challenge(timeoutMs: number): Promise<{ nonce: string }> {
    const { promise, resolve, reject } = Promise.withResolvers<{ nonce: string }>();
    const timer = setTimeout(() => reject(new Error(`no challenge within ${timeoutMs} ms`)), timeoutMs);
    this.#onEvent = (event, payload) => {
      if (event !== 'connect.challenge') return;
      const asked = challenge.safeParse(payload).data;
      if (asked) resolve(asked);
      else reject(new Error('the challenge cannot be read'));
    };
    this.#closed.promise.then(({ code, reason }) =>
      reject(new Error(`closed with ${code} ${reason}`.trim())),
    );
    return promise.finally(() => {
      clearTimeout(timer);
      this.#onEvent = undefined;
    });
  }

  #receive(text: string): void {
    const frame = parseFrame(text);
    if (!frame) return;
    if (frame.type === 'event') {
      if (this.#onEvent) this.#onEvent(frame.event, frame.payload);
      else this.#early.push([frame.event, frame.payload]);
      return;
    }
    const settle = this.#pending.get(frame.id);
    this.#pending.delete(frame.id);
    const { code = 'ERROR', message = 'refused without a reason' } = frame.error ?? {};
    settle?.(frame.ok ? { ok: true, payload: frame.payload } : { ok: false, code, message });
  }
}

/** The gateway's frames are input like any other: what cannot be read is passed over. */
function parseFrame(text: string): InboundFrame | undefined {
  try {
    return inboundFrame.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

const hello = (token: string, device: Device, nonce: string) => ({
  minProtocol: 3,
  maxProtocol: 4,
  client: { ...CLIENT, version: 'openclaw-repro', platform: process.platform },
  role: 'operator',
  scopes: SCOPES,
  caps: [],
  auth: { token },
  device: device.prove(token, nonce),
});
