import { setTimeout as sleep } from 'node:timers/promises';
import type { EventBody, Midway } from '#harness/timeline/events.ts';
import type { Recorder } from '#harness/timeline/timeline.ts';
import { CatchUp } from './catch-up.ts';
import type { Address } from './connection.ts';
import {
  abortAnswer,
  agentEvent,
  chatEvent,
  history,
  isAtWork,
  readMessage,
  sendAnswer,
  sessionList,
  sessionMessage,
  stopAnswer,
  waitAnswer,
} from './frames.ts';
import { Line, REQUEST_TIMEOUT } from './line.ts';

const OVER = new Set(['final', 'error', 'aborted']);

/** What a script wants of one message. */
export interface Wishes {
  /** Further tabs that must show how the message ends. */
  alsoIn?: readonly number[];
  expect?: 'reply' | undefined;
  until?: Midway | undefined;
}

type Seen = Extract<EventBody, { kind: 'chat.event' | 'chat.closed' | 'chat.history' }>;

/** A page with the web chat open: sends messages, and writes what it sees to the timeline. */
export class WebChat implements AsyncDisposable {
  readonly #line: Line;
  readonly #record: Recorder;
  readonly #sessions = new Set<string>();
  #asking = 0;
  readonly #catchUp = new CatchUp((session) => this.lookAtHistory(session, true));

  /** Which tab of the page it is; the first stands for the page. */
  readonly tab: number;

  constructor(address: Address, record: Recorder, tab = 1) {
    this.tab = tab;
    this.#record = record;
    this.#line = new Line(address, {
      onEvent: (event, payload) => this.#see(event, payload),
      onOpen: () => {
        this.#catchUp.opened();
        // Versions before 2026.4.12 know no such thing, and neither do their pages.
        void this.#line.request('sessions.subscribe', {});
      },
      onClosed: (close) => this.#show({ kind: 'chat.closed', ...close }),
      reload: () => this.reload(),
    });
  }

  /** While the page has lost its connection: settled when it has it back, or has given up. */
  get back(): Promise<void> | undefined {
    return this.#line.back;
  }

  get protocol(): number {
    return this.#line.protocol;
  }

  /** Connects as soon as the gateway serves the page. Returns how many attempts it took. */
  connect(timeoutMs: number, signal: AbortSignal): Promise<number> {
    return this.#line.connect(timeoutMs, signal);
  }

  /** Sends a message as turn `turn`; what comes of it stands in the timeline. */
  async send(
    turn: number,
    session: string,
    nonce: string,
    text: string,
    idempotencyKey: string,
    { alsoIn = [], expect, until }: Wishes = {},
  ): Promise<void> {
    const tabs = [this.tab, ...alsoIn];
    const inFirstOnly = tabs.length === 1 && this.tab === 1;
    const rest = { ...(!inFirstOnly && { tabs }), ...(expect && { expect }), ...(until && { until }) };
    this.#record({ kind: 'turn.sent', turn, session, nonce, text, ...rest });
    const answer = await this.#post(session, text, idempotencyKey);
    if (!answer.ok) {
      // Without an answer nobody knows whether the gateway took the message: the turn stays open.
      if (answer.code === 'TIMEOUT' || answer.code === 'CLOSED') return;
      this.#record({ kind: 'turn.rejected', turn, error: `${answer.code}: ${answer.message}` });
      return;
    }
    const { runId = idempotencyKey, status = 'started' } = sendAnswer.safeParse(answer.payload).data ?? {};
    this.#record({ kind: 'turn.accepted', turn, runId, status });
  }

  /** Sends the same message with the same key once more: the gateway must not answer it twice. */
  async sendAgain(turn: number, session: string, text: string, idempotencyKey: string): Promise<void> {
    this.#record({ kind: 'turn.sent-again', turn });
    const answer = await this.#post(session, text, idempotencyKey);
    if (!answer.ok) {
      this.#record({ kind: 'turn.refused-again', turn, error: `${answer.code}: ${answer.message}` });
      return;
    }
    const { runId = idempotencyKey, status = 'started' } = sendAnswer.safeParse(answer.payload).data ?? {};
    this.#record({ kind: 'turn.accepted', turn, runId, status });
  }

  /**
   * Sends a chat command as run `runId`.
   * @returns why the gateway did not take it, or that it is over with the answer (`/stop`), or nothing: its run has begun
   */
  async command(session: string, text: string, runId: string): Promise<{ refusal?: string; over?: true }> {
    this.#record({ kind: 'command.sent', session, runId, text });
    const answer = await this.#post(session, text, runId);
    if (!answer.ok) return { refusal: `${answer.code}: ${answer.message}` };
    const stopped = stopAnswer.safeParse(answer.payload).data;
    if (!stopped) return {};
    this.#record({ kind: 'chat.stopped', session, runIds: stopped.runIds });
    return { over: true };
  }

  #post(session: string, message: string, idempotencyKey: string) {
    this.#sessions.add(session);
    this.#catchUp.sent(session, idempotencyKey);
    return this.#line.request('chat.send', { sessionKey: session, message, idempotencyKey });
  }

  /** Asks the gateway itself whether a run is over, for at most `timeoutMs`; its status, or `undefined`. */
  async waitForRun(runId: string, timeoutMs: number): Promise<string | undefined> {
    const answer = await this.#line.request('agent.wait', { runId, timeoutMs }, timeoutMs + REQUEST_TIMEOUT);
    const status = answer.ok ? waitAnswer.safeParse(answer.payload).data?.status : undefined;
    return status === 'timeout' ? undefined : status;
  }

  async abort(session: string): Promise<void> {
    this.#record({ kind: 'chat.abort', session });
    const answer = await this.#line.request('chat.abort', { sessionKey: session });
    const { runIds } = answer.ok
      ? (abortAnswer.safeParse(answer.payload).data ?? { runIds: [] })
      : { runIds: [] };
    this.#record({ kind: 'chat.stopped', session, runIds });
  }

  /** Lets what the gateway sends pile up for `forMs`. */
  async stopReading(forMs: number, signal: AbortSignal): Promise<void> {
    this.#record({ kind: 'page.step', step: 'stop-reading', tab: this.tab });
    try {
      await this.#line.stopReading(forMs, signal);
    } finally {
      this.#record({ kind: 'page.step', step: 'read-on', tab: this.tab });
    }
  }

  /** Opens a further tab, which shows the conversations of the page. */
  async open(sessions: Iterable<string>, timeoutMs: number, signal: AbortSignal): Promise<void> {
    this.#record({ kind: 'page.step', step: 'open-tab', tab: this.tab });
    for (const session of sessions) this.#sessions.add(session);
    await this.connect(timeoutMs, signal);
    await this.reload();
  }

  /** Closes the tab for good. */
  close(): void {
    this.#record({ kind: 'page.step', step: 'close-tab', tab: this.tab });
    this.#line.hangUp();
  }

  /** Drops the connection as a closed lid would, and opens the page anew `afterMs` later. */
  async reconnect(afterMs: number, timeoutMs: number, signal: AbortSignal): Promise<void> {
    this.#record({ kind: 'page.step', step: 'leave', tab: this.tab });
    this.leave();
    await sleep(afterMs, undefined, { signal });
    await this.connect(timeoutMs, signal);
    this.#record({ kind: 'page.step', step: 'come-back', tab: this.tab });
    await this.reload();
  }

  /** Drops the connection; `connect` opens the page anew. */
  leave(): void {
    this.#line.leave();
  }

  /** Shows what stands in the history, as a page does when it is opened anew. */
  async reload(): Promise<void> {
    for (const session of this.#sessions) await this.lookAtHistory(session, true);
  }

  /**
   * Writes down which sessions the gateway holds and what it says of them.
   * @returns whether it answered
   */
  async lookAtSessions(): Promise<boolean> {
    const answer = await this.#line.request('sessions.list', {});
    if (!answer.ok) return false;
    const { sessions = [] } = sessionList.safeParse(answer.payload).data ?? {};
    this.#record({
      kind: 'chat.sessions',
      sessions: sessions.map((row) => ({
        key: row.key,
        ...(row.status && { status: row.status }),
        atWork: isAtWork(row),
      })),
    });
    return true;
  }

  async lookAtHistory(session: string, reloaded = false): Promise<void> {
    const answer = await this.#line.request('chat.history', { sessionKey: session, limit: 200 });
    const read = answer.ok && history.safeParse(answer.payload).data;
    if (!read) return;
    this.#show({ kind: 'chat.history', session, messages: read.messages.map(readMessage), reloaded });
  }

  /** A question for the gateway's health has not been answered yet. */
  get isAskingForHealth(): boolean {
    return this.#asking > 0;
  }

  /**
   * Asks for the gateway's health and writes down whether and how fast it came.
   * @param over aborted when it is waited for no longer, before `timeoutMs`
   */
  async checkHealth(timeoutMs: number, over?: AbortSignal): Promise<void> {
    const line = this.#line;
    if (line.isUnread) return;
    const started = performance.now();
    const { pauses } = line;
    this.#asking++;
    const answer = await line.request('health', {}, timeoutMs, over);
    this.#asking--;
    // An answer that lay unread for a while, or got lost with the connection, says nothing of the gateway.
    if (pauses !== line.pauses || (!answer.ok && answer.code === 'CLOSED')) return;
    this.#record({ kind: 'gateway.health', ok: answer.ok, tookMs: Math.round(performance.now() - started) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#line[Symbol.asyncDispose]();
  }

  /** Writes down what this tab saw. */
  #show(event: Seen): void {
    this.#record(this.tab === 1 ? event : { ...event, tab: this.tab });
  }

  #see(event: string, payload: unknown): void {
    if (event === 'chat') {
      const chat = chatEvent.safeParse(payload).data;
      if (!chat) return;
      const { sessionKey: session, runId, state, errorMessage: error } = chat;
      const { text } = readMessage(chat.message);
      this.#show({
        kind: 'chat.event',
        session,
        state,
        text,
        ...(runId && { runId }),
        ...(error && { error }),
      });
      if (OVER.has(state) && this.#sessions.has(session))
        this.#catchUp.ended(session, runId, state === 'final' && !text);
    } else if (event === 'session.message') {
      const session = sessionMessage.safeParse(payload).data?.sessionKey;
      if (session && this.#sessions.has(session)) this.#catchUp.added(session);
    } else if (event === 'agent' && this.tab === 1) {
      const agent = agentEvent.safeParse(payload).data;
      if (agent?.stream !== 'lifecycle' || !agent.data?.phase) return;
      const { runId, sessionKey: session = 'unknown', data } = agent;
      this.#record({ kind: 'agent.event', session, runId, phase: data?.phase ?? 'unknown' });
    }
  }
}
