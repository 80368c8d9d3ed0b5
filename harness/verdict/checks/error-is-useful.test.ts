import { expect, test } from 'vitest';
import { blind, found, sentences } from '#harness/testing/judged.ts';
import { recorded } from '#harness/testing/recorded.ts';
import { goodTurn, hungTurn, the } from '#harness/testing/timeline-of.ts';
import type { EventBody } from '#harness/timeline/events.ts';

const { sent, accepted, reached, failed } = the(0);
const silent: EventBody = { kind: 'provider.fault', exchange: 0, fault: 'silence' };
const answer = (status: number): EventBody => ({ kind: 'provider.answer', exchange: 0, status });
/** An error after a provider that only stayed silent. */
const shown = (error: string, ...before: EventBody[]): EventBody[] => [
  sent,
  accepted,
  reached,
  silent,
  ...before,
  { ...failed, error },
];
const told = (error: string, ...before: EventBody[]) => sentences('error-is-useful', shown(error, ...before));

test.each([
  ['terminated', 'the name of a failure inside the program'],
  ['⚠️ Error: fetch failed.', 'the name of a failure inside the program'],
  ['[object Object]', 'the name of a failure inside the program'],
  ['  ', 'is empty'],
  ['{"error":{"code":"x"}}', 'is raw data'],
  ['<!DOCTYPE html><html></html>', 'is a page of HTML'],
  ['TypeError: x\n    at run (file:///a.js:1:2)', 'shows a stack trace'],
])('finds an error that tells the user nothing: %j', (text, why) => {
  expect(told(text)).toEqual([expect.stringContaining(why)]);
});

test.each([
  'LLM request timed out.',
  '⚠️ Agent failed before reply: terminated\nLogs: openclaw logs --follow',
  'The model provider closed the connection. Try again.',
  'Something broke',
])('takes words for an answer: %j', (text) => {
  expect(told(text)).toEqual([]);
});

test.each([
  ['API rate limit reached. Please try again later.', 'blames a rate limit', 429],
  ['⚠️ API provider returned a billing error — your API key has run out of credits', 'blames a bill', 402],
  ['HTTP 401: authentication failed', 'blames a sign-in', 401],
  ['Context overflow: prompt too large for the model.', 'blames too long a conversation', 400],
])('finds a cause that no provider gave, and believes it where one did: %j', (text, why, status) => {
  expect(told(text)).toEqual([expect.stringContaining(why)]);
  expect(told(text, answer(status))).toEqual([]);
  expect(told(text, { kind: 'provider.fault', exchange: 0, fault: 'error-event' })).toEqual([]);
});

test('finds a wait that is blamed for answers which were all broken off at once', () => {
  const cut: EventBody = { kind: 'provider.fault', exchange: 0, fault: 'cut-after-1-fin' };
  const end: EventBody = { kind: 'provider.end', exchange: 0, by: 'provider', how: 'fin' };
  const error: EventBody = { ...failed, error: 'LLM request timed out.' };
  const told = (...events: Parameters<typeof found>[1]) => sentences('error-is-useful', events);
  expect(told(sent, reached, cut, end, error)).toEqual([expect.stringContaining('blames a wait')]);
  expect(told(sent, reached, cut, { wait: 4_000 }, end, error)).toEqual([]);
  expect(told(sent, reached, silent, end, error)).toEqual([]);
  expect(told(sent, reached, cut, { ...end, by: 'gateway', how: 'closed' }, error)).toEqual([]);
  expect(told(sent, reached, cut, end, { ...reached, exchange: 1 }, error)).toEqual([]);
  expect(told(sent, reached, cut, end, { ...failed, error: 'The provider broke off.' })).toEqual([]);
});

test('claims no wrong cause where no provider did anything wrong: what kept the gateway is then not known', () => {
  const error: EventBody = { ...failed, error: 'API rate limit reached.' };
  expect(found('error-is-useful', [sent, accepted, reached, error])).toEqual([]);
});

test('a refresh that failed is reason enough to speak of a sign-in', () => {
  const refused: EventBody = { kind: 'token.redeemed', exchange: 3, presented: 'RT1', result: 'reused' };
  expect(told('OAuth token refresh failed for openai-codex', refused)).toEqual([]);
  expect(told('OAuth token refresh failed for openai-codex')).toHaveLength(1);
});

test('finds a service that nobody asked, where it is the only one named', () => {
  expect(told('No API key found for provider "anthropic"')).toEqual([
    expect.stringContaining('names Anthropic, which was never asked'),
  ]);
  expect(told('openai-codex failed; configure another one, such as anthropic')).toEqual([]);
});

test('finds nothing in what 2026.4.14 says of a dead refresh token and 2026.9.6 of a timeout', () => {
  const dead = recorded('dead-refresh-token-2026.4.14');
  expect(found('error-is-useful', dead)).toEqual([]);
  const late = recorded('xai-never-answers-2026.9.6');
  expect(found('error-is-useful', late, { setup: { model: 'xai/grok-4' } })).toEqual([]);
  expect(blind('error-is-useful', late)).toBeUndefined();
});

test('sees nothing where a message ended in no error and no answer', () => {
  expect(blind('error-is-useful', hungTurn(0))).toBe('no error was shown');
  expect(blind('error-is-useful', goodTurn(0))).toBeUndefined();
  expect(found('error-is-useful', [...hungTurn(0), ...goodTurn(1)])).toEqual([]);
});
