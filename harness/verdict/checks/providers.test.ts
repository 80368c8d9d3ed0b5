import { expect, test } from 'vitest';
import { blind, found, sentences } from '#harness/testing/judged.ts';
import { goodTurn, the } from '#harness/testing/timeline-of.ts';
import type { EventBody } from '#harness/timeline/events.ts';

const redeemed = (presented: string, result: 'rotated' | 'reused' | 'unanswered' | 'refused'): EventBody => ({
  kind: 'token.redeemed',
  exchange: 9,
  presented,
  result,
});
const OTHER = 'agent:main:other';

test('refresh-discipline finds a token that is posted again after an answer', () => {
  expect(sentences('refresh-discipline', [redeemed('RT1', 'reused'), redeemed('RT1', 'reused')])).toContain(
    'the refresh token RT1 was posted 2 times (answers: reused, reused)',
  );
  expect(
    found('refresh-discipline', [the(0).sent, redeemed('RT1', 'unanswered'), redeemed('RT1', 'rotated')]),
  ).toEqual([]);
  expect(found('refresh-discipline', [the(0).sent, redeemed('RT1', 'reused')])).toEqual([]);
});

test('refresh-discipline finds several refreshes for one turn, and refreshes while nobody asks', () => {
  const twice = [the(0).sent, redeemed('RT1', 'rotated'), redeemed('RT2', 'rotated')];
  expect(sentences('refresh-discipline', twice)).toEqual([
    expect.stringContaining('used up 2 refresh tokens (RT1, RT2)'),
  ]);
  const idle = [...goodTurn(0), redeemed('RT1', 'refused'), redeemed('RT2', 'reused')];
  expect(sentences('refresh-discipline', idle)).toContainEqual(
    expect.stringContaining('while nobody was asking'),
  );
});

test('refresh-discipline names the command beside which a token was posted again, and asks less of it than of idling', () => {
  const ran: EventBody = {
    kind: 'gateway.cli',
    command: 'openclaw models status',
    code: 0,
    tookMs: 2_500,
    output: '',
  };
  const posts = [redeemed('RT1', 'reused'), redeemed('RT1', 'reused')];
  expect(sentences('refresh-discipline', [...goodTurn(0), ...posts, ran])).toEqual([
    'the refresh token RT1 was posted 2 times (answers: reused, reused), some of them while `openclaw models status` ran',
  ]);
  expect(sentences('refresh-discipline', [...goodTurn(0), ...posts, { wait: 5_000 }, ran])).toContainEqual(
    expect.stringContaining('while nobody was asking'),
  );
});

test('refresh-discipline finds a refresh that no token needed, where the scenario says how many did', () => {
  const events = [...goodTurn(0), redeemed('RT1', 'rotated')];
  expect(sentences('refresh-discipline', events, { budgets: { refreshes: 0 } })).toEqual([
    'tokens were refreshed once; the budget is 0',
  ]);
  expect(found('refresh-discipline', events, { budgets: { refreshes: 1 } })).toEqual([]);
  expect(found('refresh-discipline', events)).toEqual([]);
});

test('refresh-discipline lets the token of a new sign-in be refreshed', () => {
  const signIn: EventBody = { kind: 'gateway.step', step: 'sign-in', detail: 'RT2' };
  const events = [...goodTurn(0), redeemed('RT1', 'reused'), signIn, redeemed('RT2', 'rotated')];
  expect(found('refresh-discipline', events)).toEqual([]);
});

test('refresh-discipline holds no turn to a refresh that came after the clock was put forward', () => {
  const jumped: EventBody = { kind: 'clock.jumped', byMs: 3_660_000 };
  const before = [the(0).sent, redeemed('RT1', 'rotated')];
  const after = [redeemed('RT2', 'rotated'), ...goodTurn(1)];
  expect(found('refresh-discipline', [...before, jumped, ...after])).toEqual([]);
  expect(found('refresh-discipline', [...before, ...after])).not.toEqual([]);
});

test('refresh-discipline forgives a second post when the answer to the first was cut', () => {
  const cut: EventBody = { kind: 'provider.end', exchange: 9, by: 'provider', how: 'fin' };
  const again: EventBody = { kind: 'token.redeemed', exchange: 10, presented: 'RT1', result: 'reused' };
  expect(found('refresh-discipline', [the(0).sent, redeemed('RT1', 'rotated'), cut, again])).toEqual([]);
});

test('refresh-discipline does not say for which of two open turns a refresh was made', () => {
  const open = [the(0).sent, the(1, OTHER).sent, redeemed('RT1', 'rotated'), redeemed('RT2', 'rotated')];
  expect(found('refresh-discipline', open)).toEqual([]);
});

test('refresh-discipline does not blame the gateway for what was redeemed while its credentials were migrated', () => {
  const migrated: EventBody = { kind: 'gateway.migrated' };
  const before = [redeemed('RT1', 'rotated'), redeemed('RT1', 'reused'), redeemed('RT2', 'rotated')];
  expect(found('refresh-discipline', [...before, migrated, ...goodTurn(0)])).toEqual([]);
  expect(found('refresh-discipline', [migrated, ...before])).not.toEqual([]);
});

/** A refresh at xAI's own sign-in service. */
const atXai = (
  exchange: number,
  presented: string,
  result: 'rotated' | 'refused' | 'reused',
): EventBody[] => [
  {
    kind: 'provider.request',
    exchange,
    provider: 'xai-auth',
    method: 'POST',
    path: '/oauth2/token',
    purpose: 'refresh',
  },
  { kind: 'token.redeemed', exchange, presented, result },
];

test('refresh-discipline holds what two sign-ins need against neither of them', () => {
  const both = [the(0).sent, redeemed('RT1', 'rotated'), ...atXai(20, 'XRT1', 'rotated')];
  expect(found('refresh-discipline', both)).toEqual([]);
  const idle = [...goodTurn(0), ...atXai(20, 'XRT1', 'refused'), redeemed('RT1', 'rotated')];
  expect(found('refresh-discipline', idle)).toEqual([]);
  const twice = [the(0).sent, ...atXai(20, 'XRT1', 'reused'), ...atXai(21, 'XRT1', 'reused')];
  expect(sentences('refresh-discipline', twice)).toEqual([
    'the refresh token XRT1 was posted 2 times (answers: reused, reused)',
  ]);
});

test('refresh-discipline saw nothing where nobody tried to refresh what had to be, doctor aside', () => {
  const expired = { setup: { xaiToken: 'expired' as const } };
  const ready: EventBody = { kind: 'gateway.ready', protocol: 4, attempts: 1, waitedMs: 0 };
  const migrated: EventBody = { kind: 'gateway.migrated' };
  const rotated = atXai(20, 'XRT1', 'rotated');
  expect(blind('refresh-discipline', goodTurn(0), expired)).toBe('no refresh was attempted');
  expect(blind('refresh-discipline', [redeemed('RT1', 'rotated'), ...goodTurn(0)], expired)).toBeTruthy();
  expect(blind('refresh-discipline', [...rotated, migrated, ready, ...goodTurn(0)], expired)).toBeTruthy();
  expect(blind('refresh-discipline', [migrated, ready, ...rotated, ...goodTurn(0)], expired)).toBeUndefined();
  // An upgrade has its doctor too; what was refreshed before it counts.
  expect(blind('refresh-discipline', [ready, ...rotated, migrated, ...goodTurn(0)], expired)).toBeUndefined();
  expect(blind('refresh-discipline', goodTurn(0), { setup: { xaiToken: 'fresh' } })).toBeUndefined();
});

test('bounded-attempts counts the requests for one message', () => {
  const { sent, reached } = the(0);
  expect(found('bounded-attempts', [sent, reached, reached, reached])).toEqual([]);
  expect(sentences('bounded-attempts', [sent, reached, reached, reached, reached])).toEqual([
    expect.stringContaining('cost 4 provider requests; the budget is 3'),
  ]);
});
