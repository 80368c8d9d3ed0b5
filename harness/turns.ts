import { doneMark, nonceMark, replyTo } from '#mocks/marks.ts';
import type { EventOf, Stage, TimelineEvent } from './timeline/events.ts';

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
  /** The script ended the gateway under it. */
  | 'interrupted';

interface Mark {
  seq: number;
  at: number;
}

/** One user message and all that follows from it. */
export interface Turn {
  number: number;
  session: string;
  nonce: string;
  /** Runs of the gateway that belong to it. */
  runIds: Set<string>;
  /** Where it stands on its way, each with the event that proves it. */
  marks: Partial<Record<Stage, Mark>> & { sent: Mark };
  end?: Mark & { ending: Ending; text: string };
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
  /** Sessions in which somebody pressed "stop". */
  readonly #aborts = new Set<string>();

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
        const { turn: number, session, nonce } = event;
        this.#turns.push({ number, session, nonce, runIds: new Set(), marks: { sent: mark } });
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
        if (turn) turn.end ??= { ...mark, ending: 'rejected', text: event.error };
        return;
      }
      case 'turn.run-ended': {
        const turn = this.#turns[event.turn];
        if (turn) turn.runEnded ??= { ...mark, status: event.status };
        return;
      }
      case 'turn.given-up': {
        const turn = this.#turns[event.turn];
        if (turn) turn.givenUp ??= { ...mark, because: event.because };
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
      case 'chat.event':
        this.#chat(event, mark);
        return;
      case 'gateway.step':
        if (event.step === 'kill' || event.step === 'restart') this.#interrupt(mark);
        return;
      case 'chat.abort':
        this.#aborts.add(event.session);
        return;
      case 'chat.history':
        if (event.reloaded) this.#reload(event, mark);
        return;
      default:
        return;
    }
  }

  #chat(event: EventOf<'chat.event'>, mark: Mark): void {
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
        // An answer that comes after a piece or an error counts; what comes after an answer changes nothing.
        if (!turn.end || (ending === 'answered' && turn.end.ending !== 'answered')) {
          turn.end = { ...mark, ending, text };
        }
        return;
      }
      case 'error':
        turn.end ??= { ...mark, ending: 'failed', text: event.error ?? text };
        return;
      case 'aborted':
        turn.end ??= { ...mark, ending: this.#aborts.has(turn.session) ? 'aborted' : 'failed', text };
        return;
      default:
        return;
    }
  }

  #interrupt(mark: Mark): void {
    for (const turn of this.#turns)
      if (!turn.givenUp) turn.end ??= { ...mark, ending: 'interrupted', text: '' };
  }

  /** What a page shows when it is opened anew. */
  #reload({ session, messages }: EventOf<'chat.history'>, mark: Mark): void {
    for (const turn of this.#turns) {
      const text = messages.find(
        (message) => message.role !== 'user' && message.text.includes(doneMark(turn.nonce)),
      )?.text;
      if (turn.session !== session || text === undefined || turn.end?.ending === 'answered') continue;
      turn.marks.delivered ??= mark;
      turn.end = { ...mark, ending: 'answered', text };
    }
  }

  /** By content first, then by run, then the session's oldest turn without an end. */
  #belongsTo(event: EventOf<'chat.event'>): Turn | undefined {
    const { text, runId, session } = event;
    return (
      this.#turns.find(
        (turn) => text.includes(doneMark(turn.nonce)) || text.includes(nonceMark(turn.nonce)),
      ) ??
      this.#turns.find((turn) => runId !== undefined && turn.runIds.has(runId)) ??
      // A run that nobody knows may answer a queued message; otherwise it is not about this one (a heartbeat, say).
      this.#turns.find(
        (turn) =>
          turn.session === session && !turn.end && (!runId || turn.deferred || turn.runIds.size === 0),
      )
    );
  }

  #onlyOpen(): Turn | undefined {
    const open = this.#turns.filter((turn) => !turn.end && !turn.givenUp);
    return open.length === 1 ? open[0] : undefined;
  }
}

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
