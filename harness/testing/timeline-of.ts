import type { EventBody, TimelineEvent } from '#harness/timeline/events.ts';
import { replyTo } from '#mocks/marks.ts';

/** Events one second apart; `{ wait: ms }` lets time pass. */
export function timelineOf(...bodies: (EventBody | { wait: number })[]): TimelineEvent[] {
  let at = 0;
  const events: TimelineEvent[] = [];
  for (const body of bodies) {
    at += 'wait' in body ? body.wait : 1_000;
    if (!('wait' in body)) events.push({ seq: events.length, at, ...body });
  }
  return events;
}

export const MAIN = 'agent:main:main';
const nonceOf = (turn: number): string => String(turn).padStart(8, '0');

/** The usual events of one turn. */
export const the = (turn: number, session = MAIN) => {
  const runId = `run-${turn}`;
  const nonce = nonceOf(turn);
  return {
    sent: { kind: 'turn.sent', turn, session, nonce, text: 'Hello' },
    accepted: { kind: 'turn.accepted', turn, runId, status: 'started' },
    reached: {
      kind: 'provider.request',
      exchange: turn,
      provider: 'codex',
      method: 'POST',
      path: '/responses',
      purpose: 'turn',
      nonce,
    },
    streaming: { kind: 'chat.event', session, runId, state: 'delta', text: replyTo(nonce).slice(0, 12) },
    answered: { kind: 'chat.event', session, runId, state: 'final', text: replyTo(nonce) },
    partial: { kind: 'chat.event', session, runId, state: 'final', text: replyTo(nonce).slice(0, 12) },
    empty: { kind: 'chat.event', session, runId, state: 'final', text: '' },
    failed: { kind: 'chat.event', session, runId, state: 'error', text: '', error: 'Something broke' },
    shownError: { kind: 'chat.event', session, runId, state: 'final', text: '⚠️ Agent failed before reply' },
    runEnded: { kind: 'turn.run-ended', turn, runId, status: 'ok' },
    givenUp: { kind: 'turn.given-up', turn, because: 'quiet', waitedMs: 9_000 },
  } as const satisfies { [name: string]: EventBody };
};

/** A turn that goes well. */
export const goodTurn = (turn: number, session = MAIN): EventBody[] => {
  const { sent, accepted, reached, streaming, answered, runEnded } = the(turn, session);
  return [sent, accepted, reached, streaming, answered, runEnded];
};

/** A turn as 2026.4.14 leaves it when its stream is cut: the run ends and the user sees nothing. */
export const hungTurn = (turn: number, session = MAIN): EventBody[] => {
  const { sent, accepted, reached, streaming, runEnded, givenUp } = the(turn, session);
  return [sent, accepted, reached, streaming, runEnded, givenUp];
};
