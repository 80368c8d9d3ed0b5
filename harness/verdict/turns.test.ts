import { expect, test } from 'vitest';
import { goodTurn, hungTurn, MAIN, the, timelineOf } from '#harness/testing/timeline-of.ts';
import type { EventBody } from '#harness/timeline/events.ts';
import { stageOf, Turns } from './turns.ts';

const follow = (...events: Parameters<typeof timelineOf>) => {
  const [turn] = Turns.of(timelineOf(...events));
  if (!turn) throw new Error('no turn');
  return turn;
};
const { sent, accepted, reached, streaming, answered, partial, empty, failed, shownError } = the(0);

test('follows a message from sending to its delivered reply', () => {
  const turn = follow(...goodTurn(0));
  expect(turn.end?.ending).toBe('answered');
  expect(stageOf(turn)).toBe('delivered');
});

test('says where a message stopped', () => {
  const way = [sent, accepted, reached, streaming];
  const stages = way.map((_, index) => stageOf(follow(...way.slice(0, index + 1))));
  expect(stages).toEqual(['sent', 'accepted', 'reached-provider', 'streaming']);
});

test('an empty final is no end: the message is queued', () => {
  const turn = follow(sent, accepted, empty);
  expect(turn.end).toBeUndefined();
  expect(turn.deferred?.seq).toBe(2);
});

test('finds the answer of a queued message in a later run by its content', () => {
  const later = { ...answered, runId: 'another-run' };
  expect(follow(sent, accepted, empty, later).end?.ending).toBe('answered');
});

test('tells an error, an error in a final, and a piece of a reply from an answer', () => {
  const ending = (last: Parameters<typeof timelineOf>[0]) => follow(sent, accepted, last).end?.ending;
  expect(ending(failed)).toBe('failed');
  expect(ending(shownError)).toBe('failed');
  expect(ending(partial)).toBe('partial');
  const aborted = { ...answered, state: 'aborted' };
  expect(follow(sent, accepted, { kind: 'chat.abort', session: MAIN }, aborted).end?.ending).toBe('aborted');
  expect(ending({ kind: 'turn.rejected', turn: 0, error: 'busy' })).toBe('rejected');
});

test('an answer after an error counts, an error after an answer does not', () => {
  expect(follow(sent, accepted, shownError, answered).end?.ending).toBe('answered');
  expect(follow(sent, accepted, answered, shownError).end?.ending).toBe('answered');
});

test('does not take the answer to one message for the answer to another', () => {
  const turns = Turns.of(timelineOf(sent, accepted, the(1).sent, the(1).accepted, the(1).answered));
  expect(turns.map(({ end }) => end?.ending)).toEqual([undefined, 'answered']);
});

test('does not take an event of another session without a run for its own', () => {
  const stray = { kind: 'chat.event', session: 'agent:main:other', state: 'final', text: 'hm' } as const;
  expect(follow(sent, accepted, stray).end).toBeUndefined();
});

test('a message that hangs has no end', () => {
  const turn = follow(...hungTurn(0));
  expect(turn.end).toBeUndefined();
  expect(turn.givenUp?.because).toBe('quiet');
  expect(turn.session).toBe(MAIN);
});

test('an error that stands in the history alone was shown, once the run is over', () => {
  const { runEnded } = the(0);
  const history = (...texts: string[]): EventBody => ({
    kind: 'chat.history',
    session: MAIN,
    messages: [
      { role: 'user', text: `Hello (ref-${sent.nonce})` },
      ...texts.map((text) => ({ role: 'assistant', text })),
      { role: 'user', text: 'a later one' },
      { role: 'assistant', text: 'about the later one' },
    ],
    reloaded: true,
  });
  const broke = history('This ', '⚠️ It broke');
  expect(follow(sent, accepted, runEnded, broke).end).toMatchObject({ ending: 'failed', text: '⚠️ It broke' });
  expect(follow(sent, accepted, broke, runEnded).end).toMatchObject({ ending: 'failed', seq: 3 });
  expect(follow(sent, accepted, broke).end).toBeUndefined();
  // The answer to `chat.send` was lost with the connection, and the run with it.
  expect(follow(sent, broke).end).toMatchObject({ ending: 'failed', text: '⚠️ It broke' });
  expect(follow(sent, accepted, runEnded, history('This ', '', 'This ')).end).toBeUndefined();
});

test('a reply that stands in the history of a page opened anew was shown; one that nobody looked at was not', () => {
  const history = (reloaded: boolean): EventBody => ({
    kind: 'chat.history',
    session: MAIN,
    messages: [{ role: 'assistant', text: answered.text }],
    reloaded,
  });
  expect(follow(...hungTurn(0), history(true)).end?.ending).toBe('answered');
  expect(follow(...hungTurn(0), history(false)).end).toBeUndefined();
});

test('a turn that `/stop` has stopped was ended by its user', () => {
  const stop = { kind: 'command.sent', session: MAIN, runId: 'command', text: '/stop' } as const;
  const stopped: EventBody = { kind: 'chat.stopped', session: MAIN, runIds: [accepted.runId] };
  expect(follow(sent, accepted, stop, stopped).end?.ending).toBe('aborted');
  expect(follow(sent, accepted, stopped).end).toBeUndefined();
});

test('an abort that nobody asked for is a failure, and a run that nobody knows is no answer', () => {
  expect(follow(sent, accepted, { ...answered, state: 'aborted', text: '' }).end?.ending).toBe('failed');
  const heartbeat = { ...shownError, runId: 'heartbeat-run', text: 'HEARTBEAT_OK' };
  expect(follow(sent, accepted, heartbeat).end).toBeUndefined();
  expect(follow(sent, accepted, empty, heartbeat).end?.ending).toBe('failed');
});

const stop: EventBody = { kind: 'chat.abort', session: MAIN };
const stopped = (...runIds: string[]): EventBody => ({ kind: 'chat.stopped', session: MAIN, runIds });

test('who pressed "stop" is owed no whole reply, and no reply to what was queued behind', () => {
  expect(follow(sent, accepted, streaming, stop, partial).end?.ending).toBe('aborted');
  expect(follow(sent, accepted, stop, failed).end?.ending).toBe('aborted');
  expect(follow(sent, accepted, stop, answered).end?.ending).toBe('answered');
  const queued = Turns.of(
    timelineOf(sent, accepted, the(1).sent, the(1).accepted, stop, stopped('run-0'), the(1).givenUp),
  );
  expect(queued.map(({ end }) => end?.ending)).toEqual(['aborted', 'aborted']);
});

test('"stop" excuses neither what came before nor what is sent after', () => {
  expect(follow(sent, accepted, failed, stop).end?.ending).toBe('failed');
  const turns = Turns.of(timelineOf(stop, stopped('run-0'), sent, accepted, partial));
  expect(turns[0]?.end?.ending).toBe('partial');
  expect(follow(sent, accepted, stop, stopped(), the(0).givenUp).end).toBeUndefined();
});

test('ends in the tabs that must show it, and no other tab counts', () => {
  const elsewhere = { ...answered, tab: 2 };
  const seen = follow(sent, accepted, { ...streaming, tab: 2 }, { ...empty, tab: 2 }, elsewhere);
  expect([seen.end, seen.deferred, stageOf(seen)]).toEqual([undefined, undefined, 'accepted']);
  const inBoth = { ...sent, tabs: [1, 2] };
  expect(follow(inBoth, accepted, answered).end).toBeUndefined();
  expect(follow(inBoth, accepted, answered, elsewhere).end?.ending).toBe('answered');
  expect(follow(inBoth, accepted, answered, { ...failed, tab: 2 }).end?.ending).toBe('failed');
  const closed: EventBody = { kind: 'page.step', step: 'close-tab', tab: 2 };
  expect(follow(inBoth, accepted, answered, closed).end?.ending).toBe('answered');
  expect(follow(inBoth, accepted, closed, answered).end?.ending).toBe('answered');
});

test('what a chat command shows is no answer to a queued message', () => {
  const command: EventBody = { kind: 'command.sent', session: MAIN, runId: 'command', text: '/compact' };
  const shown = { ...shownError, runId: 'command', text: 'Compacted' };
  expect(follow(sent, accepted, empty, command, shown).end).toBeUndefined();
  expect(follow(sent, accepted, empty, command, shown, answered).end?.ending).toBe('answered');
});

test('a reply that the gateway sent to another session ends no turn', () => {
  const { sent, accepted, answered } = the(0);
  const [turn] = Turns.of(timelineOf(sent, accepted, { ...answered, session: 'agent:main:other' }));
  expect(turn?.end).toBeUndefined();
});
