import { expect, test } from 'vitest';
import { blind, found, sentences } from '#harness/testing/judged.ts';
import { recorded } from '#harness/testing/recorded.ts';
import { goodTurn, hungTurn, the } from '#harness/testing/timeline-of.ts';

const { sent, accepted, reached, streaming, answered, givenUp } = the(0);

test('finds a first word that comes too late, counted from the message', () => {
  expect(found('first-word-in-time', [sent, accepted, { wait: 7_000 }, reached, streaming])).toEqual([]);
  expect(sentences('first-word-in-time', [sent, accepted, { wait: 8_000 }, reached, streaming])).toEqual([
    'turn 1 (agent:main:main) was shown its first word after 11.0 s; the budget is 10.0 s',
  ]);
});

test('an answer that comes all at once is its own first word', () => {
  expect(found('first-word-in-time', [sent, { wait: 10_000 }, answered])).toHaveLength(1);
});

test('a message behind another one is timed from the end of that one', () => {
  const second = the(1);
  const events = [sent, second.sent, { wait: 30_000 }, answered, second.streaming, second.answered];
  expect(found('first-word-in-time', events)).toMatchObject([{ turn: 0 }]);
});

test('a message does not wait for the end of one in another session', () => {
  const other = the(1, 'agent:main:other');
  const events = [sent, other.sent, { wait: 30_000 }, answered, other.streaming];
  expect(found('first-word-in-time', events)).toMatchObject([{ turn: 0 }, { turn: 1 }]);
});

test('finds the late first word in a real run of 2026.9.6, whose models were silent and cut, and not with a longer budget', () => {
  const events = recorded('the-thread-2026.9.6');
  expect(found('first-word-in-time', events)).toMatchObject([{ turn: 0 }, { turn: 1 }]);
  expect(found('first-word-in-time', events, { budgets: { firstWordMs: 150_000 } })).toEqual([]);
});

test('does not count the time for which the script itself held the gateway', () => {
  const pause = { kind: 'gateway.step', step: 'pause' } as const;
  const unpause = { kind: 'gateway.step', step: 'unpause' } as const;
  expect(found('first-word-in-time', [sent, pause, { wait: 20_000 }, unpause, streaming])).toEqual([]);
});

test('leaves a message without any word to other checks, and says where it saw none', () => {
  expect(found('first-word-in-time', [sent, accepted, { wait: 50_000 }, givenUp])).toEqual([]);
  expect(blind('first-word-in-time', [sent, accepted, givenUp])).toBe('no reply began');
  expect(blind('first-word-in-time', goodTurn(0))).toBeUndefined();
  expect(blind('first-word-in-time', hungTurn(0))).toBeUndefined();
});
