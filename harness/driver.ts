import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { nonceMark } from '#mocks/marks.ts';
import type { WebChat } from './chat/web-chat.ts';
import { disturbancesOf } from './disturbances.ts';
import type { Disturbances, RunningGateway } from './gateway/gateway.ts';
import type { Operations } from './operator.ts';
import type { Scenario } from './scenario.ts';
import type { Page, Session } from './script.ts';
import type { EventOf, TimelineEvent } from './timeline/events.ts';
import { ofKind, type Timeline } from './timeline/timeline.ts';
import { stageOf, type Turn, Turns } from './turns.ts';

const TICK = 250;
/** A person reads the reply and types before the next message goes out. */
const TYPING = 1_000;
const HEALTH_EVERY = 10_000;
const RUN_POLL = 10_000;
const PULSE = 1_000;
/** A machine that keeps the harness waiting for longer may have kept the gateway waiting too. */
const STALL = 3_000;
const LONGEST_IDLE = 3_600_000;
/** How long a session may still be called running after its last turn has ended. */
const REST = 10_000;

interface DriverOptions {
  scenario: Scenario;
  chat: WebChat;
  timeline: Timeline;
  seed: string;
  /** Aborted when the user wants to stop. */
  signal: AbortSignal;
  gateway: Pick<RunningGateway, 'exited' | keyof Disturbances>;
  operator: Operations;
  /** Waits until the gateway answers the web chat, after a restart as at first. */
  ready: () => Promise<void>;
  progress: (text: string) => void;
}

/** Plays a script in the web chat and follows every message to its end, live, by the same rules as the checks. */
export class Driver implements Page, AsyncDisposable {
  readonly #options: DriverOptions;
  readonly #turns = new Turns();
  readonly #activity = new Map<number, number>();
  readonly #open = new Map<number, EventOf<'provider.request'>>();
  readonly #following = new Set<Promise<Turn>>();
  readonly #unsubscribe: () => void;
  readonly #health: NodeJS.Timeout;
  readonly #pulse: NodeJS.Timeout;
  #sent = 0;
  #checking: Promise<void> = Promise.resolve();
  /** Settled by the next event that touches a turn. */
  #news = Promise.withResolvers<void>();

  constructor(options: DriverOptions) {
    this.#options = options;
    this.#unsubscribe = options.timeline.subscribe((event) => this.#see(event));
    this.#health = setInterval(() => this.#checkHealth(), HEALTH_EVERY);
    let last = options.timeline.elapsed();
    this.#pulse = setInterval(() => {
      const forMs = options.timeline.elapsed() - last - PULSE;
      if (forMs > STALL) options.timeline.record({ kind: 'harness.stalled', forMs });
      last = options.timeline.elapsed();
    }, PULSE);
  }

  session(name = 'main', agent = 'main'): Session {
    const key = `agent:${agent}:${name}`;
    return {
      say: (text, options) => this.#follow(this.#say(key, text, options)),
      send: async (text) => {
        const sent = this.#send(key, text);
        this.#follow(sent.then((turn) => this.#wait(turn)));
        await sent;
      },
      abort: () => this.#options.chat.abort(key),
    };
  }

  /** Each step stands in the timeline before it is taken: what follows from it comes after it. */
  readonly gateway: Disturbances & Operations = {
    pause: () => this.#step('pause', 'pause'),
    unpause: () => this.#step('unpause', 'unpause'),
    kill: async () => {
      this.#options.chat.leave();
      await this.#step('kill', 'kill');
    },
    restart: async () => {
      const { chat, ready, progress } = this.#options;
      progress('restarting the gateway');
      chat.leave();
      await this.#step('restart', 'restart');
      await ready();
      await chat.reload();
    },
    cutNetwork: () => this.#step('cut-network', 'cutNetwork'),
    restoreNetwork: () => this.#step('restore-network', 'restoreNetwork'),
    editConfig: (patch) => this.#options.operator.editConfig(patch),
    signIn: () => this.#options.operator.signIn(),
    cli: (...args) => this.#options.operator.cli(...args),
    rotateBehindItsBack: () => this.#options.operator.rotateBehindItsBack(),
  };

  async #step(step: EventOf<'gateway.step'>['step'], method: keyof Disturbances): Promise<void> {
    const { timeline, gateway } = this.#options;
    timeline.record({ kind: 'gateway.step', step });
    await gateway[method]();
  }

  async reconnect(afterMs = 1_000): Promise<void> {
    const { chat, scenario, signal } = this.#options;
    await chat.reconnect(afterMs, scenario.budgets.turnMs, signal);
  }

  async idle(ms: number): Promise<void> {
    this.#options.progress(`idle for ${Math.round(ms / 1000)} s`);
    if (!(ms >= 0 && ms <= LONGEST_IDLE))
      throw new RangeError(`idle(${ms}): expected 0 to ${LONGEST_IDLE} ms`);
    await sleep(ms, undefined, { signal: this.#options.signal });
  }

  async settled(): Promise<void> {
    while (this.#following.size > 0) await Promise.all(this.#following);
  }

  /** After the script: lets the gateway come to rest and writes down what it then says of itself. */
  async lookBack(): Promise<void> {
    const { chat, timeline, progress, gateway } = this.#options;
    await this.settled();
    if (this.#paused()) await this.gateway.unpause();
    progress('looking at sessions, history and health');
    const sessions = new Set(this.#turns.all.map(({ session }) => session));
    const deadline = timeline.elapsed() + REST;
    do {
      if (gateway.exited.aborted) return;
      await chat.lookAtSessions();
    } while (this.#someRunning() && timeline.elapsed() < deadline && (await sleep(1_000, true)));
    for (const session of sessions) await chat.lookAtHistory(session);
    await this.#checkHealth();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#health);
    clearInterval(this.#pulse);
    this.#unsubscribe();
    await this.#checking;
  }

  async #type(session: string, { atOnce = false } = {}): Promise<void> {
    const before = this.#turns.all.findLast((turn) => turn.session === session);
    if (before && !atOnce) await sleep(TYPING, undefined, { signal: this.#options.signal });
  }

  async #send(session: string, text: string): Promise<Turn> {
    const { chat, seed, scenario } = this.#options;
    const number = this.#sent++;
    const nonce = createHash('sha256').update(`${seed}:${scenario.name}:${number}`).digest('hex').slice(0, 8);
    const key = `repro-${number}-${nonce}`;
    await chat.send(number, session, nonce, `${text} (${nonceMark(nonce)})`, key);
    const turn = this.#turns.all[number];
    if (!turn) throw new Error(`turn ${number} is missing from the timeline`);
    if (!turn.end) this.#askForEnd(turn, key);
    return turn;
  }

  async #say(session: string, text: string, options: { atOnce?: boolean } | undefined): Promise<Turn> {
    await this.#type(session, options);
    return this.#wait(await this.#send(session, text));
  }

  /** Keeps hold of a message from the first moment, whether or not the script waits for it. */
  #follow(following: Promise<Turn>): Promise<Turn> {
    this.#following.add(following);
    // `settled` hears of a failure; until then it must not count as unhandled.
    following.then(() => this.#following.delete(following)).catch(() => undefined);
    return following;
  }

  async #wait(turn: Turn): Promise<Turn> {
    const { timeline, signal, progress } = this.#options;
    for (;;) {
      if (turn.end) return turn;
      const because = await this.#reasonToStop(turn);
      if (turn.end) return turn;
      if (because) {
        const waitedMs = timeline.elapsed() - turn.marks.sent.at;
        timeline.record({ kind: 'turn.given-up', turn: turn.number, because, waitedMs });
        return turn;
      }
      progress(`turn ${turn.number + 1} in ${turn.session.split(':').at(-1)}: ${stageOf(turn)}`);
      await Promise.race([sleep(TICK, undefined, { signal }), this.#news.promise]);
    }
  }

  /**
   * Nothing can come any more when the gateway itself calls the turn's run ended and all has been quiet for a while.
   * A gateway that waits between two attempts calls its run unfinished, however long it waits (2026.9.6: gaps of over
   * 20 s), and is waited for up to the budget. So is a message that may yet be answered in a later run: one that was
   * queued, or has a provider request open, while the gateway calls its session running. That word alone is not
   * enough: 2026.4.14 calls a session running for ever after a timeout.
   */
  async #reasonToStop(turn: Turn): Promise<EventOf<'turn.given-up'>['because'] | undefined> {
    const { timeline, scenario, chat, gateway } = this.#options;
    const { budgets } = scenario;
    if (gateway.exited.aborted && !this.#disturbed()) return 'exit';
    if (timeline.elapsed() - turn.marks.sent.at > budgets.turnMs) return 'budget';
    const quiet = timeline.elapsed() - (this.#activity.get(turn.number) ?? turn.marks.sent.at);
    if (!turn.runEnded || quiet < budgets.quietMs) return undefined;
    if (this.#queuedBehindAnother(turn) || this.#disturbed()) return undefined;
    // The answer to this comes after all that the gateway had to say before: nothing is overlooked on a busy one.
    await chat.lookAtSessions();
    const row = timeline.events
      .findLast(ofKind('chat.sessions'))
      ?.sessions.find(({ key }) => key === turn.session);
    const openRequest = this.#open.values().some((request) => concerns(request, turn));
    if (!(turn.deferred || openRequest) || row?.status !== 'running') return 'quiet';
    this.#activity.set(turn.number, timeline.elapsed());
    return undefined;
  }

  #queuedBehindAnother({ session, number }: Turn): boolean {
    return this.#turns.all.some(
      (other) => other.session === session && other.number < number && !other.end && !other.givenUp,
    );
  }

  async #askForEnd(turn: Turn, runId: string): Promise<void> {
    const { chat, timeline, gateway, signal } = this.#options;
    while (!turn.end && !turn.givenUp && !gateway.exited.aborted && !signal.aborted) {
      const status = await chat.waitForRun(runId, RUN_POLL);
      if (status) {
        timeline.record({ kind: 'turn.run-ended', turn: turn.number, runId, status });
        return;
      }
      await sleep(TICK);
    }
  }

  #see(event: TimelineEvent): void {
    this.#turns.apply(event);
    if (event.kind === 'provider.request') this.#open.set(event.exchange, event);
    for (const turn of this.#turns.all) {
      if (!this.#touches(event, turn)) continue;
      this.#activity.set(turn.number, event.at);
      this.#news.resolve();
      this.#news = Promise.withResolvers();
    }
    if (event.kind === 'provider.end') this.#open.delete(event.exchange);
  }

  #touches(event: TimelineEvent, turn: Turn): boolean {
    switch (event.kind) {
      case 'turn.accepted':
      case 'turn.run-ended':
        return event.turn === turn.number;
      case 'gateway.step':
      case 'gateway.ready':
        return true;
      case 'chat.event':
      case 'agent.event':
        return event.session === turn.session;
      case 'provider.request':
      case 'provider.answer':
      case 'provider.fault':
      case 'provider.end': {
        const request = this.#open.get(event.exchange);
        return request !== undefined && concerns(request, turn);
      }
      default:
        return false;
    }
  }

  #someRunning(): boolean {
    const rows = this.#options.timeline.events.findLast(ofKind('chat.sessions'))?.sessions ?? [];
    return rows.some(({ status }) => status === 'running');
  }

  /** True while the script itself keeps the gateway from answering. */
  #disturbed(): boolean {
    return disturbancesOf(this.#options.timeline.events).at(-1)?.to === Infinity;
  }

  #paused(): boolean {
    const steps = this.#options.timeline.events.filter(ofKind('gateway.step'));
    return steps.findLast(({ step }) => step.endsWith('pause'))?.step === 'pause';
  }

  #checkHealth(): Promise<void> {
    const { chat, scenario } = this.#options;
    if (this.#disturbed()) return this.#checking;
    this.#checking = this.#checking.then(() => chat.checkHealth(scenario.budgets.healthMs));
    return this.#checking;
  }
}

/** A request without a nonce (a refresh, say) may belong to any turn. */
const concerns = ({ nonce }: EventOf<'provider.request'>, turn: Turn): boolean =>
  nonce === undefined || nonce === turn.nonce;
