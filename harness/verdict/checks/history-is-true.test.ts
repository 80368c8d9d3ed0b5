import { expect, test } from 'vitest';
import { blind, found, sentences } from '#harness/testing/judged.ts';
import { recorded } from '#harness/testing/recorded.ts';
import { goodTurn, hungTurn, MAIN, the } from '#harness/testing/timeline-of.ts';
import type { EventBody } from '#harness/timeline/events.ts';
import { nonceMark, replyTo } from '#mocks/marks.ts';

const nonce = (turn: number) => the(turn).sent.nonce;
const user = (...turns: number[]) => ({
  role: 'user',
  text: turns.map((turn) => `Hello (${nonceMark(nonce(turn))})`).join('\n'),
});
const answer = (turn: number) => ({ role: 'assistant', text: replyTo(nonce(turn)) });
const piece = (turn: number) => ({ role: 'assistant', text: replyTo(nonce(turn)).slice(0, 12) });
const history = (...messages: { role: string; text: string }[]): EventBody => ({
  kind: 'chat.history',
  session: MAIN,
  messages,
  reloaded: false,
});
const told = (events: EventBody[], ...messages: { role: string; text: string }[]) =>
  sentences('history-is-true', [...events, history(...messages)]);

test('finds nothing where every message and every answer stands once', () => {
  expect(told([...goodTurn(0), ...goodTurn(1)], user(0), answer(0), user(1), answer(1))).toEqual([]);
  expect(found('history-is-true', recorded('the-thread-2026.9.6'))).toEqual([]);
  expect(found('history-is-true', recorded('xai-never-answers-2026.9.6'))).toEqual([]);
});

test('finds in a real run of 2026.4.14 that each broken attempt stands as a turn of its own', () => {
  expect(sentences('history-is-true', recorded('the-thread-2026.4.14'))).toEqual([
    'the history holds 4 pieces of a reply as turns of the assistant: turn 1 (agent:main:main)',
    'the history holds 4 pieces of a reply as turns of the assistant: turn 2 (agent:main:main)',
  ]);
});

test('finds in real runs that the message before an error is lost', () => {
  const lost = (turn: number) => `the history has lost the user's message: turn ${turn} (agent:main:main)`;
  expect(sentences('history-is-true', recorded('dead-refresh-token-2026.4.14'))).toEqual([1, 2, 3].map(lost));
  expect(sentences('history-is-true', recorded('xai-never-answers-2026.5.12'))).toEqual([1, 2].map(lost));
});

test('finds what was said in another session, and that only', () => {
  const other = { ...the(1).sent, session: 'agent:main:second' };
  const both = [...goodTurn(0), other];
  const strange = history(user(0), answer(0), user(1));
  expect(sentences('history-is-true', [...both, strange])).toEqual([
    'the history of agent:main:main holds what was said in agent:main:second: turn 2',
  ]);
  expect(sentences('history-is-true', [...both, history(user(0), answer(0))])).toEqual([]);
});

test('finds what stands twice', () => {
  expect(told(goodTurn(0), user(0), user(0), answer(0))).toEqual([
    expect.stringContaining("holds the user's message 2 times"),
  ]);
  expect(told(goodTurn(0), user(0), answer(0), answer(0))).toEqual([
    expect.stringContaining('holds the answer 2 times'),
  ]);
});

test('finds an answer that is missing, and a piece that stands beside it', () => {
  expect(told(goodTurn(0), user(0))).toEqual([expect.stringContaining('has lost the answer')]);
  expect(told(goodTurn(0), user(0), piece(0), answer(0))).toEqual([
    expect.stringContaining('holds 1 piece of a reply beside the answer'),
  ]);
  expect(told(hungTurn(0), user(0), piece(0))).toEqual([]);
});

const command = (text: string): EventBody => ({ kind: 'command.sent', session: MAIN, runId: 'new', text });

test('messages that the gateway joined into one stand in the history, each once', () => {
  const joined = [the(1).sent, the(1).accepted, the(1).empty];
  expect(
    told([...goodTurn(0), ...joined, ...goodTurn(2)], user(0), answer(0), user(1, 2), answer(2)),
  ).toEqual([]);
});

test('claims nothing of a message that was interrupted, aborted, never taken up, or may have been summed up', () => {
  const { sent, accepted, reached } = the(0);
  const abort: EventBody[] = [
    { kind: 'chat.abort', session: MAIN },
    { kind: 'chat.event', session: MAIN, runId: 'run-0', state: 'aborted', text: '' },
  ];
  const restart: EventBody = { kind: 'gateway.step', step: 'restart' };
  const compaction: EventBody = { kind: 'gateway.log', stream: 'stdout', message: 'auto-compaction done' };
  expect(told([sent, accepted, reached, ...abort])).toEqual([]);
  expect(told([sent, accepted, reached, restart])).toEqual([]);
  expect(told([sent, accepted, the(0).empty, the(0).givenUp])).toEqual([]);
  expect(told([...goodTurn(0), compaction])).toEqual([]);
  expect(told([sent, { kind: 'turn.rejected', turn: 0, error: 'busy' }])).toEqual([]);
  expect(told([sent, reached, the(0).givenUp])).toEqual([]);
  expect(told([...goodTurn(0), command('/new')])).toEqual([]);
});

test('a command that leaves the conversation as it is, and a log that only speaks of compaction, forgive no loss', () => {
  const configured: EventBody = { kind: 'gateway.log', stream: 'stdout', message: 'compaction: safeguard' };
  expect(told([...goodTurn(0), command('/status')])).toHaveLength(2);
  expect(told([...goodTurn(0), configured])).toHaveLength(2);
});

test('sees nothing where the history was not read after the message', () => {
  expect(blind('history-is-true', goodTurn(0))).toBe(`the history of ${MAIN} was not read`);
  expect(blind('history-is-true', [history(), ...goodTurn(0)])).toBeDefined();
  expect(blind('history-is-true', [...goodTurn(0), history()])).toBeUndefined();
});
