import { setTimeout as sleep } from 'node:timers/promises';
import type { WebChat } from '#harness/page/web-chat.ts';
import type { Scenario } from '#harness/scenario/scenario.ts';
import type { EventOf, Midway, TimelineEvent } from '#harness/timeline/events.ts';
import { ofKind, type Timeline } from '#harness/timeline/timeline.ts';
import { isDisturbed } from '#harness/verdict/disturbances.ts';
import { HARD_CAP, servedMs } from '#harness/verdict/served.ts';
import { stageOf, type Turn, Turns } from '#harness/verdict/turns.ts';

const TICK = 250;
const RUN_POLL = 10_000;

interface PatienceOptions {
  budgets: Scenario['budgets'];
  /** The page's first tab, which asks the gateway what it says of itself. */
  chat: WebChat;
  /** Opens every tab of the page anew. */
  reload: () => Promise<void>;
  timeline: Timeline;
  gateway: { readonly exited: AbortSignal };
  /** Aborted when the user wants to stop. */
  signal: AbortSignal;
  progress: (text: string) => void;
}

/** Follows every turn live and waits for its end, until nothing can come any more. */
export class Patience implements Disposable {
  readonly #options: PatienceOptions;
  readonly #turns = new Turns();
  readonly #activity = new Map<number, number>();
  readonly #open = new Map<number, EventOf<'provider.request'>>();
  /** Tabs that the script has taken away from the gateway, or that do not read. */
  readonly #away = new Set<number>();
  /** Turns of which something may have been said while nobody was connected. */
  readonly #missed = new Set<number>();
  readonly #unsubscribe: () => void;
  /** Settled by the next event that touches a turn. */
  #news = Promise.withResolvers<void>();

  constructor(options: PatienceOptions) {
    this.#options = options;
    this.#unsubscribe = options.timeline.subscribe((event) => this.#see(event));
  }

  get turns(): readonly Turn[] {
    return this.#turns.all;
  }

  /** When anything last touched a turn, in milliseconds of the run. */
  get lastActivity(): number {
    return Math.max(0, ...this.turns.map((turn) => this.#activity.get(turn.number) ?? turn.marks.sent.at));
  }

  [Symbol.dispose](): void {
    this.#unsubscribe();
  }

  /** Waits for the turn's end, or for a reason to wait no longer, which it writes down. */
  async wait(turn: Turn): Promise<Turn> {
    const { timeline, progress } = this.#options;
    for (;;) {
      if (turn.end) return turn;
      const because = await this.#reasonToStop(turn);
      if (because) await this.#lastLook(turn);
      if (turn.end) return turn;
      if (because) {
        const waitedMs = timeline.elapsed() - turn.marks.sent.at;
        timeline.record({ kind: 'turn.given-up', turn: turn.number, because, waitedMs });
        return turn;
      }
      progress(`turn ${turn.number + 1} in ${turn.session.split(':').at(-1)}: ${stageOf(turn)}`);
      await this.#tick();
    }
  }

  /** Waits until the turn has come so far, or will not. */
  async midway(turn: Turn, stage: Midway): Promise<void> {
    while (!turn.marks[stage] && !turn.end && !turn.givenUp) await this.#tick();
  }

  /** Asks the gateway itself, again and again, whether the turn's run is over. */
  async askForEnd(turn: Turn, runId: string): Promise<void> {
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

  /**
   * Nothing can come any more when the gateway itself calls the turn's run ended and all has been quiet for a while.
   * A gateway that waits between two attempts calls its run unfinished, however long it waits (2026.9.6: gaps of over
   * 20 s), and is waited for up to the budget. So is a message that may yet be answered in a later run: one that was
   * queued, or has a provider request open, while the gateway calls its session running. That word alone is not
   * enough: 2026.4.14 calls a session running for ever after a timeout.
   */
  async #reasonToStop(turn: Turn): Promise<EventOf<'turn.given-up'>['because'] | undefined> {
    const { timeline, budgets, chat, gateway } = this.#options;
    if (gateway.exited.aborted && !isDisturbed(timeline.events)) return 'exit';
    if (this.#isOverBudget(turn)) return 'budget';
    const quietFrom = this.#activity.get(turn.number) ?? turn.marks.sent.at;
    if (!turn.runEnded || this.#servedSince(quietFrom) < budgets.quietMs) return undefined;
    if (this.#queuedBehindAnother(turn) || this.#disturbed()) return undefined;
    // Who leaves a question open is not quiet; and the answer to one that is asked now comes after all that the gateway
    // had to say before.
    if (chat.isAskingForHealth || !(await chat.lookAtSessions())) return undefined;
    if ((this.#activity.get(turn.number) ?? turn.marks.sent.at) > quietFrom) return undefined;
    const row = timeline.events
      .findLast(ofKind('chat.sessions'))
      ?.sessions.find(({ key }) => key === turn.session);
    const openRequest = this.#open.values().some((request) => concerns(request, turn));
    if (!(turn.deferred || openRequest) || row?.status !== 'running') return 'quiet';
    this.#activity.set(turn.number, timeline.elapsed());
    return undefined;
  }

  /**
   * A budget counts what the gateway could use of it. One that is still hard at work, as 2026.4.25 is for minutes before
   * its first reply, is slow: it is given the same time once more.
   */
  #isOverBudget({ marks: { sent } }: Turn): boolean {
    const { timeline, budgets } = this.#options;
    if (timeline.elapsed() - sent.at > HARD_CAP * budgets.turnMs) return true;
    return this.#servedSince(sent.at) > budgets.turnMs * (this.#isHardAtWork() ? 2 : 1);
  }

  #isHardAtWork(): boolean {
    const { timeline } = this.#options;
    const last = timeline.events.findLast(ofKind('gateway.cpu'));
    if (!last || timeline.elapsed() - last.at > 2 * last.overMs) return false;
    return last.ranMs + last.waitedMs > 0.5 * last.overMs;
  }

  #servedSince(from: number): number {
    const { timeline } = this.#options;
    return servedMs(timeline.events, from, timeline.elapsed());
  }

  /** A page that was away reads the history once more before it says that nothing came. */
  async #lastLook({ number, end }: Turn): Promise<void> {
    const { gateway, reload } = this.#options;
    if (!end && this.#missed.has(number) && !gateway.exited.aborted) await reload();
  }

  /** Until something touches a turn, or for a moment. */
  async #tick(): Promise<void> {
    const { signal } = this.#options;
    await Promise.race([sleep(TICK, undefined, { signal }), this.#news.promise]);
  }

  #queuedBehindAnother({ session, number }: Turn): boolean {
    return this.turns.some(
      (other) => other.session === session && other.number < number && !other.end && !other.givenUp,
    );
  }

  #see(event: TimelineEvent): void {
    this.#turns.apply(event);
    if (event.kind === 'provider.request') this.#open.set(event.exchange, event);
    if (event.kind === 'page.step') this.#step(event);
    for (const turn of this.turns) {
      if (event.kind === 'chat.closed' && !turn.end) this.#missed.add(turn.number);
      if (!this.#touches(event, turn)) continue;
      this.#activity.set(turn.number, event.at);
      this.#news.resolve();
      this.#news = Promise.withResolvers();
    }
    if (event.kind === 'provider.end') this.#open.delete(event.exchange);
  }

  #step({ step, tab }: EventOf<'page.step'>): void {
    switch (step) {
      case 'leave':
      case 'stop-reading':
        this.#away.add(tab);
        return;
      case 'come-back':
      case 'read-on':
      case 'open-tab':
      case 'close-tab':
        this.#away.delete(tab);
        return;
      default:
        step satisfies never;
    }
  }

  #touches(event: TimelineEvent, turn: Turn): boolean {
    switch (event.kind) {
      case 'turn.accepted':
      case 'turn.run-ended':
        return event.turn === turn.number;
      case 'gateway.step':
      case 'gateway.ready':
      case 'page.step':
        return true;
      case 'chat.event':
      case 'agent.event':
      case 'chat.stopped':
        return event.session === turn.session;
      case 'gateway.log':
        return isAbout(event, turn);
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

  /** True while the script itself keeps the gateway from answering, or the page from hearing it. */
  #disturbed(): boolean {
    return this.#away.size > 0 || isDisturbed(this.#options.timeline.events);
  }
}

/**
 * The gateway's log speaks of the turn's session, or of a run of it: a recall that begins, a compaction, a retry that it
 * announces. What it says of a session that is stuck is no work on it.
 */
function isAbout({ message, fields }: EventOf<'gateway.log'>, { session, runIds }: Turn): boolean {
  const says = fields ? `${message} ${JSON.stringify(fields)}` : message;
  return !STUCK.test(says) && [session, ...runIds].some((name) => says.includes(name));
}

const STUCK = /\b(stuck|stalled|long-running)[ _-]session\b/i;

/** A request without a nonce (a refresh, say) may belong to any turn. */
const concerns = ({ nonce }: EventOf<'provider.request'>, turn: Turn): boolean =>
  nonce === undefined || nonce === turn.nonce;
