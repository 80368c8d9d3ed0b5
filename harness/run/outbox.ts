import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WebChat, Wishes } from '#harness/page/web-chat.ts';
import type { Scenario } from '#harness/scenario/scenario.ts';
import type { EventOf } from '#harness/timeline/events.ts';
import { ofKind, type Timeline } from '#harness/timeline/timeline.ts';
import type { Turn } from '#harness/verdict/turns.ts';
import { nonceMark } from '#mocks/marks.ts';
import type { Patience } from './patience.ts';

/** A person reads the reply and types before the next message goes out. */
const TYPING = 1_000;
/** After its run has ended, what a command has to show is shown at once. */
const COMMAND_QUIET = 3_000;
const TICK = 250;

interface OutboxOptions {
  scenario: Scenario;
  seed: string;
  patience: Patience;
  timeline: Timeline;
  signal: AbortSignal;
}

interface Letter {
  turn: Turn;
  text: string;
  key: string;
}

/** All messages of a script, numbered in the order in which they are sent, whichever tab sends them. */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #letters: Letter[] = [];
  readonly #following = new Set<Promise<Turn>>();
  #sent = 0;
  #commands = 0;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** Sends a message and follows it to its end. */
  say(
    chat: WebChat,
    session: string,
    text: string,
    { atOnce = false, ...wishes }: Wishes & { atOnce?: boolean | undefined } = {},
  ): Promise<Turn> {
    const { patience, signal } = this.#options;
    const typed = async () => {
      const before = patience.turns.findLast((turn) => turn.session === session);
      if (before && !atOnce) await sleep(TYPING, undefined, { signal });
      return patience.wait(await this.#post(chat, session, text, wishes));
    };
    return this.#follow(typed());
  }

  /** Sends a message and follows it, but does not wait for its end; `until` waits until it has come so far, or ended. */
  async send(chat: WebChat, session: string, text: string, wishes: Wishes = {}): Promise<void> {
    const posted = this.#post(chat, session, text, wishes);
    this.#follow(posted.then((turn) => this.#options.patience.wait(turn)));
    const turn = await posted;
    if (wishes.until) await this.#options.patience.midway(turn, wishes.until);
  }

  async sendAgain(chat: WebChat, session: string): Promise<void> {
    const last = this.#letters.findLast(({ turn }) => turn.session === session);
    if (!last) throw new RangeError(`sendAgain(): nothing was sent in ${session} yet`);
    await chat.sendAgain(last.turn.number, session, last.text, last.key);
  }

  /** Sends a chat command and waits for what it shows, or for its run to end without a word. */
  async command(chat: WebChat, session: string, text: string): Promise<string | undefined> {
    const { timeline, scenario } = this.#options;
    const runId = `repro-command-${this.#commands++}-${this.#hash('command', this.#commands)}`;
    const { refusal, over } = await chat.command(session, text, runId);
    const from = timeline.elapsed();
    const answer = refusal
      ? ({ how: 'refused', text: refusal } as const)
      : await this.#answerTo(chat, runId, from, over ? COMMAND_QUIET : scenario.budgets.turnMs);
    timeline.record({ kind: 'command.ended', runId, ...answer });
    return answer.text || undefined;
  }

  /** Waits until every message sent so far has ended. */
  async settled(): Promise<void> {
    while (this.#following.size > 0) await Promise.all(this.#following);
  }

  async #post(chat: WebChat, session: string, words: string, wishes: Wishes): Promise<Turn> {
    const { patience } = this.#options;
    // Nobody types into a page without a connection: 2026.4.14 restarts itself after some configuration changes.
    if (chat.back) await chat.back;
    const number = this.#sent++;
    const nonce = this.#hash(this.#options.scenario.name, number);
    const key = `repro-${number}-${nonce}`;
    const text = `${words} (${nonceMark(nonce)})`;
    const sending = chat.send(number, session, nonce, text, key, wishes);
    const turn = patience.turns[number];
    if (!turn) throw new Error(`turn ${number} is missing from the timeline`);
    this.#letters.push({ turn, text, key });
    await sending;
    if (!turn.end) void patience.askForEnd(turn, key);
    return turn;
  }

  /** By its run alone: a command's answer carries no nonce. */
  async #answerTo(
    chat: WebChat,
    runId: string,
    from: number,
    timeoutMs: number,
  ): Promise<Pick<EventOf<'command.ended'>, 'how' | 'text'>> {
    const { timeline, signal } = this.#options;
    const shown = () => endOf(timeline.events.filter(ofKind('chat.event')), runId, chat.tab);
    let over = timeoutMs;
    chat.waitForRun(runId, over).then((status) => {
      if (status) over = Math.min(over, timeline.elapsed() - from + COMMAND_QUIET);
    });
    while (!shown() && timeline.elapsed() - from < over) await sleep(TICK, undefined, { signal });
    return shown() ?? { how: 'silent', text: '' };
  }

  /** Keeps hold of a message from the first moment, whether or not the script waits for it. */
  #follow(following: Promise<Turn>): Promise<Turn> {
    this.#following.add(following);
    // `settled` hears of a failure; until then it must not count as unhandled.
    following.then(() => this.#following.delete(following)).catch(() => undefined);
    return following;
  }

  #hash(...what: (string | number)[]): string {
    return createHash('sha256')
      .update([this.#options.seed, ...what].join(':'))
      .digest('hex')
      .slice(0, 8);
  }
}

function endOf(events: readonly EventOf<'chat.event'>[], run: string, page: number) {
  const own = events.filter(({ runId, tab = 1 }) => runId === run && tab === page);
  const last = own.findLast(({ state }) => state !== 'delta' && state !== 'status');
  if (!last) return undefined;
  const failed = last.state !== 'final';
  return { how: failed ? 'failed' : last.text ? 'shown' : 'silent', text: last.error ?? last.text } as const;
}
