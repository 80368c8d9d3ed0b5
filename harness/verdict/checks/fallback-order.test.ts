import { expect, test } from 'vitest';
import { blind, found, sentences } from '#harness/testing/judged.ts';
import { recorded } from '#harness/testing/recorded.ts';
import { the } from '#harness/testing/timeline-of.ts';
import type { EventBody } from '#harness/timeline/events.ts';

const setup = {
  model: 'xai/grok-4',
  fallbacks: ['codex/gpt-5.3-codex', 'codex/gpt-5.4'],
};
const [first = '', second = '', third = ''] = [setup.model, ...setup.fallbacks];
const rules = { setup };
const { sent, accepted, answered, givenUp } = the(0);

let exchange = 0;
const asked = (candidate: string, turn = 0): EventBody & { kind: 'provider.request' } => {
  const [provider = '', model = ''] = candidate.split('/');
  return { ...the(turn).reached, exchange: ++exchange, provider, model, candidate };
};
const cut = (request: EventBody & { kind: 'provider.request' }): EventBody[] => [
  request,
  { kind: 'provider.end', exchange: request.exchange, by: 'provider', how: 'fin' },
];
const decided = (decision: string, candidate: string): EventBody => ({
  kind: 'gateway.log',
  stream: 'file',
  message: 'model fallback decision',
  fields: {
    event: 'model_fallback_decision',
    decision,
    runId: 'run-0',
    candidateProvider: candidate.split('/')[0]?.replace('codex', 'openai-codex'),
    candidateModel: candidate.split('/')[1],
  },
});

test('finds the thread in a real run of 2026.4.14: success is logged for a model that was cut every time', () => {
  const findings = found('fallback-order', recorded('the-thread-2026.4.14'), rules);
  expect(findings).toMatchObject([{ turn: 0 }]);
  expect(findings[0]?.sentence).toBe(
    'the gateway logged candidate_succeeded for codex/gpt-5.3-codex, whose last answer was broken off, ' +
      'and turn 1 (agent:main:main) was not answered',
  );
});

test('finds nothing in a real run of 2026.9.6, which asks one model after the other', () => {
  const events = recorded('the-thread-2026.9.6');
  expect(found('fallback-order', events, rules)).toEqual([]);
  expect(blind('fallback-order', events, rules)).toBeUndefined();
});

test('a model may be asked again, and one that failed in an earlier turn may be passed over', () => {
  const [one, two] = [the(0), the(1)];
  const events = [
    one.sent,
    asked(first),
    asked(first),
    asked(second),
    one.answered,
    two.sent,
    asked(second, 1),
  ];
  expect(found('fallback-order', [...events, two.answered], rules)).toEqual([]);
});

test('finds a fallback that is asked before a model that was never tried', () => {
  expect(sentences('fallback-order', [sent, asked(first), asked(third), answered], rules)).toEqual([
    expect.stringContaining(`went to ${third} before ${second}, which had not been tried`),
  ]);
});

test('a refresh, a wrong address and the gateway’s own word count as tries', () => {
  const request: EventBody = { ...the(0).reached, exchange: 90, provider: 'auth', purpose: 'refresh' };
  const codexFirst = { setup: { model: second, fallbacks: [first] } };
  const { nonce: _nonce, ...refresh } = request;
  expect(found('fallback-order', [sent, refresh, asked(first), answered], codexFirst)).toEqual([]);
  expect(found('fallback-order', [sent, asked(first), answered], codexFirst)).toHaveLength(1);
  const lost: EventBody = { ...refresh, provider: 'codex', purpose: 'unknown-path' };
  expect(found('fallback-order', [sent, lost, asked(first), answered], codexFirst)).toEqual([]);
  const said = decided('skip_candidate', second);
  expect(found('fallback-order', [sent, asked(first), said, asked(third), answered], rules)).toEqual([]);
});

test('finds a way back in the list, but not a second pass, nor the primary behind the fallback a session was moved to', () => {
  expect(
    sentences('fallback-order', [sent, asked(first), asked(second), asked(first), answered], rules),
  ).toEqual([expect.stringContaining(`went to ${first} after ${second}, which stands behind it`)]);
  const pass = [asked(first), asked(second), asked(third)];
  expect(found('fallback-order', [sent, ...pass, ...pass, answered], rules)).toEqual([]);
  const moved = [sent, asked(first), asked(second), answered, the(1).sent, asked(second, 1), asked(first, 1)];
  expect(found('fallback-order', moved, rules)).toEqual([]);
});

test('a success that is logged is no try, nor is a request that comes later', () => {
  const said = decided('candidate_succeeded', second);
  expect(found('fallback-order', [sent, asked(first), said, asked(third), answered], rules)).toHaveLength(1);
  const later = [sent, asked(first), asked(third), answered, the(1).sent, asked(second, 1), the(1).answered];
  expect(sentences('fallback-order', later, rules)).toEqual([
    expect.stringContaining(`${third} before ${second}`),
  ]);
});

test('claims nothing of the order for a message that was queued and may have been run twice', () => {
  const { empty } = the(0);
  expect(found('fallback-order', [sent, empty, asked(first), asked(third), answered], rules)).toEqual([]);
});

test('a success is disbelieved where its answer was a refusal', () => {
  const request = asked(second);
  const events: EventBody[] = [
    ...[sent, accepted, asked(first), request],
    { kind: 'provider.answer', exchange: request.exchange, status: 500 },
    { kind: 'provider.end', exchange: request.exchange, by: 'provider', how: 'complete' },
    ...[decided('candidate_succeeded', second), givenUp],
  ];
  expect(sentences('fallback-order', events, rules)).toEqual([
    expect.stringContaining('whose last answer was 500'),
  ]);
});

test('a logged success is believed where the message was answered, or its last request was not broken off', () => {
  const success = decided('candidate_succeeded', second);
  const broken = cut(asked(second));
  expect(
    found('fallback-order', [sent, accepted, asked(first), ...broken, success, givenUp], rules),
  ).toHaveLength(1);
  expect(
    found('fallback-order', [sent, accepted, asked(first), ...broken, success, answered], rules),
  ).toEqual([]);
  const whole = asked(second);
  const end: EventBody = { kind: 'provider.end', exchange: whole.exchange, by: 'provider', how: 'complete' };
  expect(
    found('fallback-order', [sent, accepted, asked(first), whole, end, success, givenUp], rules),
  ).toEqual([]);
});

test('sees nothing where no fallback was asked, or a model goes by a name that nobody configured', () => {
  expect(blind('fallback-order', [sent, asked(first), answered], rules)).toBe('no fallback was asked');
  expect(blind('fallback-order', [sent, asked('codex/gpt-7'), answered], rules)).toContain('not configured');
  expect(found('fallback-order', [sent, asked('codex/gpt-7'), asked(first), answered], rules)).toEqual([]);
});
