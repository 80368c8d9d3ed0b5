import { setTimeout as sleep } from 'node:timers/promises';
import type { Disturbances, RunningGateway } from '#harness/gateway/gateway.ts';
import type { WebChat } from '#harness/page/web-chat.ts';
import type { Operations } from '#harness/scenario/operations.ts';
import type { Scenario } from '#harness/scenario/scenario.ts';
import type { OtherTab, Page, Session, Tab } from '#harness/scenario/script.ts';
import { ofKind, type Timeline } from '#harness/timeline/timeline.ts';
import type { RunClock } from './clock.ts';
import { type GatewayStepsOptions, gatewaySteps } from './gateway-steps.ts';
import { Outbox } from './outbox.ts';
import { Patience } from './patience.ts';
import { Vitals } from './vitals.ts';

const LONGEST_IDLE = 3_600_000;
/** Longer than any token or cooldown lives. */
const LONGEST_JUMP = 30 * 24 * 3_600_000;
/**
 * How long a session may still be at work after the last that was seen of any turn: 2026.8.1 leaves it so for over 10 s
 * after an error. The quiet that proves a hang is part of it.
 */
const REST = 30_000;

interface DriverOptions {
  scenario: Scenario;
  /** The page's first tab, connected; closed with the driver. */
  chat: WebChat;
  /** A further tab of the same browser, not yet connected. */
  newTab: (number: number) => WebChat;
  timeline: Timeline;
  seed: string;
  /** Aborted when the user wants to stop. */
  signal: AbortSignal;
  gateway: Pick<RunningGateway, 'exited' | 'editFile' | 'network' | keyof Disturbances>;
  operator: Operations;
  upgrade?: GatewayStepsOptions['upgrade'] | undefined;
  clock: Pick<RunClock, 'pass'>;
  /** Waits until the gateway answers the web chat, after a restart as at first. */
  ready: () => Promise<void>;
  progress: (text: string) => void;
}

/** Plays a script in the web chat and follows every message to its end, live, by the same rules as the checks. */
export class Driver implements Page, AsyncDisposable {
  readonly number = 1;
  readonly gateway: Page['gateway'];
  readonly #options: DriverOptions;
  /** The tabs that are open, by number. */
  readonly #tabs = new Map<number, WebChat>();
  readonly #patience: Patience;
  readonly #outbox: Outbox;
  readonly #vitals: Vitals;
  readonly #first: Tab;
  #opened = 1;

  constructor(options: DriverOptions) {
    this.#options = options;
    const { timeline, chat, scenario } = options;
    const { budgets } = scenario;
    this.#tabs.set(this.number, chat);
    this.#patience = new Patience({ ...options, budgets, reload: () => this.#reload() });
    this.#outbox = new Outbox({ ...options, patience: this.#patience });
    this.#vitals = new Vitals(timeline, chat, budgets.healthMs);
    this.#first = this.#tab(chat);
    this.gateway = gatewaySteps({
      ...options,
      tabs: () => this.#tabs.values(),
      comeBack: () => this.#comeBack(),
    });
  }

  session(name?: string, agent?: string): Session {
    return this.#first.session(name, agent);
  }

  reconnect(afterMs?: number): Promise<void> {
    return this.#first.reconnect(afterMs);
  }

  stopReading(forMs: number): Promise<void> {
    return this.#first.stopReading(forMs);
  }

  async openTab(): Promise<OtherTab> {
    const { newTab, scenario, signal } = this.#options;
    const number = ++this.#opened;
    const chat = newTab(number);
    this.#tabs.set(number, chat);
    const sessions = new Set(this.#patience.turns.map(({ session }) => session));
    await chat.open(sessions, scenario.budgets.turnMs, signal);
    return {
      ...this.#tab(chat),
      close: async () => {
        this.#tabs.delete(number);
        chat.close();
      },
    };
  }

  #tab(chat: WebChat): Tab {
    const { scenario, signal, progress } = this.#options;
    return {
      number: chat.tab,
      session: (name = 'main', agent = 'main') => this.#session(chat, `agent:${agent}:${name}`),
      reconnect: (afterMs = 1_000) => chat.reconnect(afterMs, scenario.budgets.turnMs, signal),
      stopReading: (forMs) => {
        progress(`reading nothing for ${Math.round(forMs / 1000)} s`);
        return chat.stopReading(checked('stopReading', forMs), signal);
      },
    };
  }

  #session(chat: WebChat, key: string): Session {
    const outbox = this.#outbox;
    const numbers = (tabs: readonly Tab[] = []) => tabs.map(({ number }) => number);
    return {
      say: (text, { atOnce, alsoIn, expect } = {}) =>
        outbox.say(chat, key, text, { atOnce, alsoIn: numbers(alsoIn), expect }),
      send: (text, { alsoIn, expect, until } = {}) =>
        outbox.send(chat, key, text, { alsoIn: numbers(alsoIn), expect, until }),
      sendAgain: () => outbox.sendAgain(chat, key),
      command: (text) => outbox.command(chat, key, text),
      abort: () => chat.abort(key),
    };
  }

  async #comeBack(): Promise<void> {
    const { scenario, signal } = this.#options;
    for (const chat of this.#tabs.values())
      if (chat.tab !== this.number) await chat.connect(scenario.budgets.turnMs, signal);
    await this.#reload();
  }

  async #reload(): Promise<void> {
    for (const chat of this.#tabs.values()) await chat.reload();
  }

  async idle(ms: number): Promise<void> {
    this.#options.progress(`idle for ${Math.round(ms / 1000)} s`);
    await sleep(checked('idle', ms), undefined, { signal: this.#options.signal });
  }

  async pass(minutes: number): Promise<void> {
    const { clock, scenario, gateway, progress } = this.#options;
    if (!scenario.setup.time) throw new RangeError("pass(): needs setup: { time: 'clock-jump' }");
    progress(`${minutes} minutes pass at once`);
    await clock.pass(checked('pass', minutes * 60_000, LONGEST_JUMP), gateway);
  }

  settled(): Promise<void> {
    return this.#outbox.settled();
  }

  /** After the script: lets the gateway come to rest and writes down what it then says of itself. */
  async lookBack(): Promise<void> {
    const { chat, timeline, progress, gateway } = this.#options;
    await this.settled();
    if (this.#paused()) await this.gateway.unpause();
    progress('looking at sessions, history and health');
    const sessions = new Set(this.#patience.turns.map(({ session }) => session));
    const deadline = this.#patience.lastActivity + REST;
    do {
      if (gateway.exited.aborted) return;
      await chat.lookAtSessions();
    } while (this.#someAtWork() && timeline.elapsed() < deadline && (await sleep(1_000, true)));
    for (const session of sessions) await chat.lookAtHistory(session);
    await this.#vitals.check();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const chat of this.#tabs.values()) if (chat.tab !== this.number) await chat[Symbol.asyncDispose]();
    this.#patience[Symbol.dispose]();
    await this.#vitals[Symbol.asyncDispose]();
    await this.#options.chat[Symbol.asyncDispose]();
  }

  #someAtWork(): boolean {
    const rows = this.#options.timeline.events.findLast(ofKind('chat.sessions'))?.sessions ?? [];
    return rows.some(({ atWork }) => atWork === true);
  }

  #paused(): boolean {
    const steps = this.#options.timeline.events.filter(ofKind('gateway.step'));
    return steps.findLast(({ step }) => step.endsWith('pause'))?.step === 'pause';
  }
}

function checked(step: string, ms: number, longest = LONGEST_IDLE): number {
  if (ms >= 0 && ms <= longest) return ms;
  throw new RangeError(`${step}() of ${ms} ms: expected 0 to ${longest} ms`);
}
