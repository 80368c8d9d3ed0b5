import { expect, test } from 'vitest';
import { blind, found, sentences } from '#harness/testing/judged.ts';
import type { EventBody } from '#harness/timeline/events.ts';

const rotated = (exchange: number, how = 'complete'): EventBody[] => [
  {
    kind: 'token.redeemed',
    exchange,
    presented: `RT${exchange}`,
    result: 'rotated',
    issued: `RT${exchange + 1}`,
  },
  { kind: 'provider.end', exchange, by: 'provider', how },
];
const stored = (...tokens: string[]): EventBody => ({
  kind: 'credentials.stored',
  profiles: tokens.map((refresh) => ({ profile: 'openai:default', refresh })),
});
const stopping: EventBody = { kind: 'gateway.stopping' };
const killed: EventBody = { kind: 'gateway.step', step: 'kill' };

test('finds a stored token that was used up, whose successor the gateway was given', () => {
  expect(sentences('tokens-stored', [...rotated(1), { wait: 2_000 }, stopping, stored('RT1')])).toEqual([
    "the gateway's store still holds the refresh token RT1 for openai:default, which is used up: RT2 was issued for it",
  ]);
  expect(found('tokens-stored', [...rotated(1), ...rotated(2), stored('RT2')])).toHaveLength(1);
});

test('finds nothing where the last token issued is stored, or one from a sign-in meanwhile', () => {
  expect(found('tokens-stored', [...rotated(1), ...rotated(2), stored('RT3')])).toEqual([]);
  expect(found('tokens-stored', [...rotated(1), stored('RT7')])).toEqual([]);
});

test('does not hold a token against a gateway that never got it, or had no time to write it down', () => {
  expect(found('tokens-stored', [...rotated(1, 'fin'), stored('RT1')])).toEqual([]);
  const [redeemed, end] = rotated(1);
  if (!redeemed || !end) throw new Error('a rotation has two events');
  const crash = (wait: number) => [redeemed, end, { wait }, { wait: -1_000 }, killed, stored('RT1')];
  expect(found('tokens-stored', crash(500))).toEqual([]);
  expect(found('tokens-stored', crash(5_000))).toHaveLength(1);
});

test('says that it cannot tell where the diagnostics ran before the store was read', () => {
  const late = [...rotated(1), { kind: 'gateway.diagnostics' }, stopping, stored('RT1')] as const;
  expect(found('tokens-stored', [...late])).toEqual([]);
  expect(blind('tokens-stored', [...late])).toContain('was read after the diagnostics');
});

test('sees nothing without a rotation, and where the store is empty or cannot be read', () => {
  const due = { setup: { codexToken: 'expired' } } as const;
  expect(blind('tokens-stored', [stored('RT1')], due)).toBe('no refresh token was rotated');
  expect(blind('tokens-stored', [stored('RT1')])).toBeUndefined();
  expect(blind('tokens-stored', rotated(1))).toContain('could not be read');
  expect(blind('tokens-stored', [...rotated(1), { kind: 'credentials.stored' }])).toContain(
    'could not be read',
  );
  expect(blind('tokens-stored', [...rotated(1), stored()])).toContain('holds no refresh token');
  expect(blind('tokens-stored', [...rotated(1), stored('RT2')], due)).toBeUndefined();
});
