import { createParser } from 'eventsource-parser';
import { expect, test } from 'vitest';
import { type Asked, playback } from './behaviour.ts';
import { chatCompletions } from './dialects/chat-completions.ts';
import { responses, responsesOverWebSocket } from './dialects/responses.ts';
import type { FaultedRequest } from './faults.ts';
import * as faults from './faults.ts';
import { providerOf } from './providers/index.ts';
import { answer, type Step } from './steps.ts';

const asked: Asked = {
  provider: 'codex',
  purpose: 'turn',
  dialect: responses,
  words: providerOf.codex.words,
  transport: 'http',
  model: 'm',
  text: 'Hello',
};
const request: FaultedRequest = { ...asked, ordinal: 1, now: 1_000_000 };
const chat: FaultedRequest = {
  ...request,
  provider: 'xai',
  dialect: chatCompletions,
  words: providerOf.xai.words,
};
const healthy = responses.reply('m', 'one two three', 'x');
const healthyChat = chatCompletions.reply('m', 'one two three', 'x');
const labels = (steps: readonly Step[]) =>
  steps.map((step) => (step.do === 'send' ? (step.label?.split('.').at(-1) ?? 'body') : step.do));
const shape = (fault: faults.Fault) => labels(fault.apply(healthy, request));
const opening = ['head', 'created', 'added', 'added'];
const words = ['delta', 'delta', 'delta'];
const rest = ['done', 'done', 'done'];

const shapes: [faults.Fault, string[]][] = [
  [faults.silence(), ['fault', 'hang']],
  [faults.silenceAfterHeaders(), ['head', 'fault', 'hang']],
  [faults.silenceAfter(1), [...opening, 'delta', 'fault', 'hang']],
  [faults.cutAfter(2), [...opening, 'delta', 'delta', 'fault', 'wait', 'fin']],
  [faults.cutAfter(0, 'reset'), ['head', 'fault', 'wait', 'reset']],
  [faults.cutAfter(faults.bytes(10)), ['head', 'body', 'fault', 'wait', 'fin']],
  [faults.cutAfter(faults.bytes(0)), ['head', 'fault', 'wait', 'fin']],
  [faults.cutAfter(faults.lastChunk), [...opening, ...words, ...rest, 'body', 'fault', 'wait', 'fin']],
  [faults.cutBeforeHeaders('reset'), ['fault', 'reset']],
  [faults.truncatedChunk(1), [...opening, 'delta', 'fault', 'raw', 'wait', 'fin']],
  [faults.garbage(), ['fault', 'raw', 'wait', 'fin']],
  [faults.garbage(1), [...opening, 'delta', 'fault', 'raw', 'wait', 'fin']],
  [faults.status(503, {}), ['fault', 'head', 'body', 'end']],
  [faults.emptyBody(), ['fault', 'head', 'end']],
  [faults.delay(5, faults.silence()), ['fault', 'wait', 'fault', 'hang']],
  [
    faults.drip(5, faults.cutAfter(2)),
    ['head', 'fault', 'created', 'added', 'added', 'wait', 'delta', 'wait', 'delta', 'fault', 'wait', 'fin'],
  ],
  [
    faults.slowClose(5),
    ['head', 'fault', ...opening.slice(1), ...words, ...rest, 'completed', 'wait', 'end'],
  ],
  [faults.errorEvent(1), [...opening, 'delta', 'fault', 'error', 'end']],
  [faults.responseFailed(), ['head', 'fault', 'failed', 'end']],
  [faults.responseIncomplete(), [...opening, 'delta', 'fault', 'incomplete', 'end']],
  [faults.endAfter(1), [...opening, 'delta', 'fault', 'end']],
  [faults.endWithoutCompleted(), [...opening, ...words, ...rest, 'fault', 'end']],
  [
    faults.malformedJson(),
    [...opening, 'delta', 'fault', 'malformed', 'delta', 'delta', ...rest, 'completed', 'end'],
  ],
  [
    faults.unknownEvent(),
    [...opening, 'delta', 'fault', 'happened', 'delta', 'delta', ...rest, 'completed', 'end'],
  ],
  [faults.duplicatedEvent(), [...opening, ...words, ...rest, 'completed', 'fault', 'completed', 'end']],
  [
    faults.duplicatedEvent('word'),
    [...opening, 'delta', 'fault', ...words.slice(0, 1), 'delta', 'delta', ...rest, 'completed', 'end'],
  ],
  [faults.wrongContentType(), ['fault', 'head', ...opening.slice(1), ...words, ...rest, 'completed', 'end']],
];

test('each fault tells the call that made it, as it was written', () => {
  const healthyReply = faults.reply();
  for (const [name, make] of Object.entries(faults)) {
    if (typeof make !== 'function' || name === 'bytes') continue;
    const given = [healthyReply, healthyReply, healthyReply];
    expect((make as (...args: unknown[]) => faults.Fault)(...given).made).toEqual([name, ...given]);
  }
  expect(faults.cutAfter(1).made).toEqual(['cutAfter', 1]);
  expect(faults.delay(5, faults.silence()).made).toMatchObject(['delay', 5, { made: ['silence'] }]);
});

test.each(shapes.map(([fault, expected]) => ({ fault, expected, name: fault.name })))(
  '$name turns the healthy answer into the wrong one',
  ({ fault, expected }) => {
    expect(shape(fault)).toEqual(expected);
    expect(fault.describe()).toMatch(/^[a-z]/);
  },
);

test('a healthy reply is left as it is', () => {
  expect(faults.reply().apply(healthy, request)).toEqual(healthy);
});

function eventsOf(steps: readonly Step[]): unknown[] {
  const events: unknown[] = [];
  const parser = createParser({
    onEvent: ({ data }) => events.push(data === '[DONE]' ? data : JSON.parse(data)),
  });
  for (const step of steps) if (step.do === 'send') parser.feed(new TextDecoder().decode(step.bytes));
  return events;
}

test('slices and a slow line change when bytes come, not which', () => {
  for (const fault of [faults.sliced(7), faults.bandwidth(1_000)]) {
    const slow = fault.apply(healthy, request);
    expect(eventsOf(slow)).toEqual(eventsOf(healthy));
    expect(labels(slow).filter((label) => label === 'delta')).toHaveLength(3);
    expect(labels(slow).filter((label) => label === 'wait').length).toBeGreaterThan(10);
  }
});

test('what speaks of events speaks the language of the stream', () => {
  const said = (fault: faults.Fault, to = chat) =>
    eventsOf(fault.apply(to === chat ? healthyChat : healthy, to));
  expect(said(faults.errorEvent(1)).at(-1)).toMatchObject({ error: { code: 'server_error' } });
  expect(said(faults.errorEvent(1), request).at(-1)).toMatchObject({ type: 'error', code: 'server_error' });
  expect(said(faults.errorEvent(1), { ...request, dialect: responsesOverWebSocket }).at(-1)).toMatchObject({
    type: 'error',
    status: 500,
    error: { code: 'server_error' },
  });
  expect(said(faults.responseFailed(1), request).at(-1)).toMatchObject({
    type: 'response.failed',
    response: { status: 'failed', error: { code: 'server_error' } },
  });
  expect(said(faults.responseFailed(1)).at(-1)).toMatchObject({ error: { code: 'server_error' } });
  expect(said(faults.responseIncomplete(1)).slice(-2)).toMatchObject([
    { choices: [{ finish_reason: 'length' }] },
    '[DONE]',
  ]);
  expect(said(faults.endWithoutCompleted())).toEqual(eventsOf(healthyChat).slice(0, 4));
  expect(JSON.stringify(said(faults.unknownEvent(1)))).not.toContain('response.');
});

test('a refusal has the shape of the service that refuses', () => {
  const body = (fault: faults.Fault, to: FaultedRequest) => {
    const steps = fault.apply(answer(200, {}), to);
    const sent = steps.find((step) => step.do === 'send');
    return JSON.parse(new TextDecoder().decode(sent?.bytes)) as unknown;
  };
  const token = (provider: 'auth' | 'xai-auth') =>
    ({ ...request, purpose: 'token', provider, words: providerOf[provider].words }) as const;
  expect(body(faults.rateLimited(), request)).toMatchObject({ error: { code: 'rate_limit_exceeded' } });
  expect(body(faults.rateLimited(), chat)).toMatchObject({
    code: 'rate_limit_exceeded',
    error: expect.any(String),
  });
  expect(body(faults.usageLimitReached(120), request)).toMatchObject({
    error: { type: 'usage_limit_reached', plan_type: 'plus', resets_at: 1_120, resets_in_seconds: 120 },
  });
  expect(body(faults.refreshTokenExpired(), token('auth'))).toMatchObject({
    error: { code: 'refresh_token_expired' },
  });
  expect(body(faults.refreshTokenExpired(), token('xai-auth'))).toMatchObject({
    error: 'invalid_grant',
  });
  const head = faults
    .rateLimited(120)
    .apply(healthy, request)
    .find((step) => step.do === 'head');
  expect(head).toMatchObject({ status: 429, headers: { 'retry-after': '120' } });
});

test('a WebSocket is closed only where there is one', () => {
  const closed = faults.closeWebSocket(1006, 1);
  expect(closed.apply(healthy, request)).toEqual(healthy);
  expect(labels(closed.apply(healthy, { ...request, transport: 'websocket' })).slice(-3)).toEqual([
    'fault',
    'wait',
    'close',
  ]);
});

test('faults come request by request, the last one repeats, and the narrowest target is used', () => {
  const next = playback({
    codex: [faults.cutAfter(1), faults.reply()],
    'codex/small': [faults.silence()],
  });
  const delivered = (...targets: Parameters<typeof next> extends [unknown, ...infer T] ? T : never) =>
    next(asked, ...targets)(healthy).find((step) => step.do === 'fault')?.name;
  expect(delivered('codex/large', 'codex')).toBe('cut-after-1-fin');
  expect(delivered('codex/small', 'codex')).toBe('silence');
  expect(delivered('codex/large', 'codex')).toBeUndefined();
  expect(delivered('codex/large', 'codex')).toBeUndefined();
  expect(delivered('codex/small', 'codex')).toBe('silence');
  expect(delivered('xai')).toBeUndefined();
});

test('a fault can wait for the n-th request, or for one that a scenario picks', () => {
  const next = playback({
    codex: [faults.nth(2, faults.silence(), faults.onMessage('two', faults.cutAfter(1)))],
    xai: [faults.when(({ purpose }) => purpose === 'recall', faults.silence())],
  });
  const delivered = (target: 'codex' | 'xai', request: Partial<Asked> = {}) =>
    next({ ...asked, ...request }, target)(healthy).find((step) => step.do === 'fault')?.name;
  expect(delivered('codex', { text: 'one' })).toBeUndefined();
  expect(delivered('codex', { text: 'two' })).toBe('silence');
  expect(delivered('codex', { text: 'and two' })).toBe('cut-after-1-fin');
  // A message that was never answered comes along with the next.
  expect(delivered('codex', { text: 'two (ref-0123abcd)\nthree (ref-4567cdef)' })).toBeUndefined();
  expect(delivered('codex', { text: 'one (ref-0123abcd)\ntwo (ref-4567cdef)' })).toBe('cut-after-1-fin');
  expect(delivered('xai')).toBeUndefined();
  expect(delivered('xai', { purpose: 'recall' })).toBe('silence');
  expect(faults.nth(2, faults.silence(), faults.cutAfter(1)).name).toBe('silence+cut-after-1-fin');
});
