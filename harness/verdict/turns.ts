import type { EventOf, Midway, Stage, TimelineEvent } from '#harness/timeline/events.ts';
import { doneMark, nonceMark, replyTo } from '#mocks/marks.ts';
import { endsGateway } from './disturbances.ts';
import { saidBehind } from './said-behind.ts';

/** How a turn ended for the user. */
type Ending =
  /** The whole reply to this message was shown. */
  | 'answered'
  /** An error was shown. */
  | 'failed'
  /** A piece of the reply was shown as if it were the whole. */
  | 'partial'
  | 'aborted'
  /** The gateway did not take the message. */
  | 'rejected'
  /** The script ended the gateway, or closed the tab, under it. */
  | 'interrupted';

interface Mark {
  seq: number;
  at: number;
}

type End = Mark & { ending: Ending; text: string };

/** One user message and all that follows from it. */
export interface Turn {
  number: number;
  session: string;
  nonce: string;
  /** What it must end in, where that was said of it alone. */
  expect?: 'reply';
  /** How far it had to come before the script went on. */
  until?: Midway;
  /** Runs of the gateway that belong to it. */
  runIds: Set<string>;
  /** Where it stands on its way, each with the event that proves it. */
  marks: Partial<Record<Stage, Mark>> & { sent: Mark };
  end?: End;
  /** The tabs of the page that must show its end; the first is the one in which it was typed. */
  tabs: readonly number[];
  /** How each of these tabs showed it to end. */
  shown: Map<number, End>;
  /** Somebody pressed "stop" while it was open; `heard` when the gateway says that it has stopped something. */
  stopped?: Mark & { heard: boolean };
  /** An empty `final`: the gateway has put the message in a queue. */
  deferred?: Mark;
  /** The gateway's own word that the run is over. */
  runEnded?: Mark & { status: string };
  /** The harness stopped waiting. */
  givenUp?: Mark & { because: EventOf<'turn.given-up'>['because'] };
}

/** Follows every message of a timeline by its nonce. Pure: the same events give the same turns, live or stored. */
export class Turns {
  readonly #turns: Turn[] = [];
  /** Runs of chat commands: what they say is about no message. */
  readonly #commands = new Set<string>();
  /** What each tab last read of each session's history. */
  readonly #read = new Map<string, EventOf<'chat.history'>>();

  static of(events: readonly TimelineEvent[]): readonly Turn[] {
    const turns = new Turns();
    for (const event of events) turns.apply(event);
    return turns.all;
  }

  get all(): readonly Turn[] {
    return this.#turns;
  }

  apply(event: TimelineEvent): void {
    const mark = { seq: event.seq, at: event.at };
    switch (event.kind) {
      case 'turn.sent': {
        const { turn: number, session, nonce, tabs = [FIRST_TAB], expect, until } = event;
        const follows = { runIds: new Set<string>(), marks: { sent: mark }, shown: new Map() };
        const said = { ...(expect && { expect }), ...(until && { until }) };
        this.#turns.push({ number, session, nonce, tabs, ...said, ...follows });
        return;
      }
      case 'turn.accepted': {
        const turn = this.#turns[event.turn];
        turn?.runIds.add(event.runId);
        if (turn) turn.marks.accepted ??= mark;
        return;
      }
      case 'turn.rejected': {
        const turn = this.#turns[event.turn];
        if (turn) endEverywhere(turn, { ...mark, ending: 'rejected', text: event.error });
        return;
      }
      case 'turn.run-ended': {
        const turn = this.#turns[event.turn];
        if (turn) turn.runEnded ??= { ...mark, status: event.status };
        for (const history of this.#read.values()) this.#reload(history, mark);
        return;
      }
      case 'turn.given-up': {
        const turn = this.#turns[event.turn];
        if (turn) giveUp(turn, { ...mark, because: event.because });
        return;
      }
      case 'provider.request': {
        if (event.purpose !== 'turn' && event.purpose !== 'unknown-path') return;
        const turn = event.nonce
          ? this.#turns.find((candidate) => candidate.nonce === event.nonce)
          : this.#onlyOpen();
        if (turn) turn.marks['reached-provider'] ??= mark;
        return;
      }
      case 'command.sent':
        this.#commands.add(event.runId);
        if (event.text.trim() === '/stop') this.#askToStop(event.session, mark);
        return;
      case 'chat.event':
        this.#chat(event, mark);
        return;
      case 'gateway.step':
        if (endsGateway(event.step)) this.#interrupt(mark);
        return;
      case 'page.step':
        if (event.step === 'close-tab') this.#closeTab(event.tab, mark);
        return;
      case 'chat.abort':
        this.#askToStop(event.session, mark);
        return;
      case 'chat.stopped':
        this.#stop(event, mark);
        return;
      case 'chat.history':
        if (!event.reloaded) return;
        this.#read.set(`${event.tab ?? FIRST_TAB} ${event.session}`, event);
        this.#reload(event, mark);
        return;
      default:
        return;
    }
  }

  #chat(event: EventOf<'chat.event'>, mark: Mark): void {
    const { tab = FIRST_TAB } = event;
    const turn = this.#belongsTo(event);
    if (!turn) return;
    if (event.runId) turn.runIds.add(event.runId);
    const text = event.text.trim();
    switch (event.state) {
      case 'delta':
        if (text && isFromReply(turn, text)) turn.marks.streaming ??= mark;
        return;
      case 'final': {
        if (!text) {
          turn.deferred ??= mark;
          return;
        }
        const ending = endingOf(turn, text);
        if (ending === 'answered') turn.marks.delivered ??= mark;
        endIn(turn, tab, { ...mark, ending, text });
        return;
      }
      case 'error':
        endIn(turn, tab, { ...mark, ending: 'failed', text: event.error ?? text });
        return;
      case 'aborted':
        endIn(turn, tab, { ...mark, ending: 'failed', text });
        return;
      default:
        return;
    }
  }

  #interrupt(mark: Mark): void {
    for (const turn of this.#turns)
      if (!turn.givenUp) endEverywhere(turn, { ...mark, ending: 'interrupted', text: '' });
  }

  /** Nobody looks at a closed tab; where another one must show the reply too, that one decides. */
  #closeTab(tab: number, mark: Mark): void {
    for (const turn of this.#turns.filter(({ tabs, end }) => !end && tabs.includes(tab))) {
      const left = turn.tabs.filter((other) => other !== tab);
      if (left.length === 0) endEverywhere(turn, { ...mark, ending: 'interrupted', text: '' });
      else turn.tabs = left;
      settle(turn);
    }
  }

  #askToStop(session: string, mark: Mark): void {
    for (const turn of this.#openIn(session)) turn.stopped ??= { ...mark, heard: false };
  }

  /** What the gateway says that it has stopped is over for the user, who wanted it so. */
  #stop({ session, runIds }: EventOf<'chat.stopped'>, mark: Mark): void {
    if (runIds.length === 0) return;
    for (const turn of this.#openIn(session)) {
      if (!turn.stopped) continue;
      turn.stopped.heard = true;
      if (runIds.some((runId) => turn.runIds.has(runId)))
        endEverywhere(turn, { ...mark, ending: 'aborted', text: '' });
    }
  }

  /** What a page shows that has read the history. Until a run is over, what it left behind is no end of it. */
  #reload({ session, messages, tab = FIRST_TAB }: EventOf<'chat.history'>, mark: Mark): void {
    for (const turn of this.#turns) {
      if (turn.session !== session || !turn.tabs.includes(tab)) continue;
      const text = messages.find(
        (message) => message.role !== 'user' && message.text.includes(doneMark(turn.nonce)),
      )?.text;
      // Where the answer to `chat.send` was lost with the connection, nobody knows the run that could end.
      const error = (turn.runEnded || !turn.marks.accepted) && errorBehind(turn, messages);
      if (text !== undefined) {
        turn.marks.delivered ??= mark;
        endIn(turn, tab, { ...mark, ending: 'answered', text });
      } else if (error) {
        endIn(turn, tab, { ...mark, ending: 'failed', text: error });
      }
    }
  }

  /** By content first, then by run, then the session's oldest turn without an end; never a turn of another tab. */
  #belongsTo(event: EventOf<'chat.event'>): Turn | undefined {
    const { text, runId, session, tab = FIRST_TAB } = event;
    const here = this.#turns.filter(({ tabs }) => tabs.includes(tab));
    const named = here.find(
      (turn) => text.includes(doneMark(turn.nonce)) || text.includes(nonceMark(turn.nonce)),
    );
    // A page shows a conversation what came for it: a reply that was sent to another one is nobody's.
    if (named) return named.session === session ? named : undefined;
    if (runId !== undefined && this.#commands.has(runId)) return undefined;
    return (
      here.find((turn) => runId !== undefined && turn.runIds.has(runId)) ??
      // A run that nobody knows may answer a queued message; otherwise it is not about this one (a heartbeat, say).
      here.find(
        (turn) =>
          turn.session === session && !turn.end && (!runId || turn.deferred || turn.runIds.size === 0),
      )
    );
  }

  #onlyOpen(): Turn | undefined {
    const open = this.#turns.filter((turn) => !turn.end && !turn.givenUp);
    return open.length === 1 ? open[0] : undefined;
  }

  #openIn(session: string): Turn[] {
    return this.#turns.filter((turn) => turn.session === session && !turn.end && !turn.givenUp);
  }
}

/** The page's only tab, in most scripts. */
export const FIRST_TAB = 1;

/** An answer that comes after a piece or an error counts; what comes after an answer changes nothing. */
function endIn(turn: Turn, tab: number, end: End): void {
  const before = turn.shown.get(tab);
  if (before && (end.ending !== 'answered' || before.ending === 'answered')) return;
  // Who pressed "stop" is owed no whole reply.
  const wanted = turn.stopped && (end.ending === 'partial' || end.ending === 'failed');
  turn.shown.set(tab, wanted ? { ...end, ending: 'aborted' } : end);
  settle(turn);
}

function endEverywhere(turn: Turn, end: End): void {
  for (const tab of turn.tabs) endIn(turn, tab, end);
}

/** A turn is over when every tab that must show its end has done so. */
function settle(turn: Turn): void {
  const ends = turn.tabs.flatMap((tab) => turn.shown.get(tab) ?? []);
  const last = ends.toSorted((one, other) => one.seq - other.seq).at(-1);
  if (last && ends.length === turn.tabs.length)
    turn.end = ends.find(({ ending }) => ending !== 'answered') ?? last;
}

/** A message that was queued behind one that the user stopped may be dropped with it. */
function giveUp(turn: Turn, givenUp: NonNullable<Turn['givenUp']>): void {
  turn.givenUp ??= givenUp;
  if (turn.stopped?.heard) endEverywhere(turn, { ...givenUp, ending: 'aborted', text: '' });
}

/** What stands in the history behind a message and is no piece of the reply to it. */
const errorBehind = (turn: Turn, messages: EventOf<'chat.history'>['messages']): string | undefined =>
  saidBehind(turn.nonce, messages)
    .map((text) => text.trim())
    .findLast((text) => text && !isFromReply(turn, text));

const isFromReply = (turn: Turn, text: string): boolean => replyTo(turn.nonce).includes(text.slice(0, 20));

function endingOf(turn: Turn, text: string): Ending {
  if (text.includes(doneMark(turn.nonce))) return 'answered';
  return replyTo(turn.nonce).startsWith(text) ? 'partial' : 'failed';
}

/** The furthest place that a turn got to. */
export function stageOf({ marks }: Turn): Stage {
  if (marks.delivered) return 'delivered';
  if (marks.streaming) return 'streaming';
  if (marks['reached-provider']) return 'reached-provider';
  return marks.accepted ? 'accepted' : 'sent';
}
