import { expect, test } from 'vitest';
import { TokenLedger } from './token-ledger.ts';

const HOUR = 3_600_000;

test('a refresh token works once, rotates, and is then refused as reused', () => {
  const ledger = new TokenLedger('seed');
  const { refresh } = ledger.issue({ lifetimeMs: HOUR });
  const first = ledger.redeem(refresh, HOUR);
  expect(first).toMatchObject({ result: 'rotated', presented: 'RT1', issued: 'RT2' });
  expect(ledger.redeem(refresh, HOUR)).toEqual({ result: 'reused', presented: 'RT1' });
  const next = first.result === 'rotated' ? first.tokens.refresh : '';
  expect(ledger.redeem(next, HOUR)).toMatchObject({ result: 'rotated', presented: 'RT2', issued: 'RT3' });
});

test('a token that somebody else has used is refused at its first use here', () => {
  const ledger = new TokenLedger('seed');
  const { refresh } = ledger.issue({ lifetimeMs: HOUR, spent: true });
  expect(ledger.redeem(refresh, HOUR)).toEqual({ result: 'reused', presented: 'RT1' });
  expect(ledger.redeem('something else', HOUR)).toMatchObject({
    result: 'unknown',
    presented: expect.stringMatching(/^unknown-.{6}$/),
  });
});

test('an access token is accepted until it expires', () => {
  let now = 1_000_000;
  const ledger = new TokenLedger('seed', { now: () => now });
  const { access } = ledger.issue({ lifetimeMs: HOUR });
  expect(ledger.accept(access)).toBe('AT1');
  now += HOUR;
  expect(ledger.accept(access)).toBeUndefined();
});

test('the access token names the account as OpenClaw reads it, and says that it is synthetic', () => {
  const ledger = new TokenLedger('seed');
  const { access } = ledger.issue({ lifetimeMs: HOUR });
  const claims: unknown = JSON.parse(Buffer.from(access.split('.')[1] ?? '', 'base64url').toString());
  expect(claims).toMatchObject({
    jti: 'synthetic-AT1',
    'https://api.openai.com/auth': { chatgpt_account_id: ledger.accountId },
  });
});

test('the same seed gives the same refresh tokens, another seed others', () => {
  const refresh = (seed: string) => new TokenLedger(seed).issue({ lifetimeMs: HOUR }).refresh;
  expect(refresh('a')).toBe(refresh('a'));
  expect(refresh('a')).not.toBe(refresh('b'));
});

test('what a second client has used up is refused as reused, also when it was issued here', () => {
  const ledger = new TokenLedger('seed');
  const first = ledger.redeem(ledger.issue({ lifetimeMs: HOUR }).refresh, HOUR);
  ledger.spendAll();
  const issued = first.result === 'rotated' ? first.tokens.refresh : '';
  expect(ledger.redeem(issued, HOUR)).toEqual({ result: 'reused', presented: 'RT2' });
});

test('a second client uses up the tokens of one sign-in, and those of another stay good', () => {
  const ledger = new TokenLedger('seed');
  const [old, other] = [ledger.issue({ lifetimeMs: HOUR }), ledger.issue({ lifetimeMs: HOUR })];
  const next = ledger.redeem(old.refresh, HOUR);
  ledger.spendAll(old.refresh);
  expect(ledger.redeem(next.result === 'rotated' ? next.tokens.refresh : '', HOUR).result).toBe('reused');
  expect(ledger.redeem(other.refresh, HOUR).result).toBe('rotated');
});

test('a second client gets the next pair, and whoever holds the old token is refused as reusing it', () => {
  const ledger = new TokenLedger('seed');
  const { refresh } = ledger.issue({ lifetimeMs: HOUR });
  const elsewhere = ledger.redeemElsewhere(HOUR);
  expect(elsewhere).toMatchObject({ result: 'rotated', presented: 'RT1', issued: 'RT2' });
  expect(ledger.redeem(refresh, HOUR)).toMatchObject({ result: 'reused' });
  ledger.spendAll();
  expect(ledger.redeemElsewhere(HOUR)).toMatchObject({ result: 'reused' });
});

test('where reuse revokes, all of that sign-in is dead, and another sign-in is not', () => {
  const ledger = new TokenLedger('seed', { onReuse: 'revoke-family' });
  const { refresh } = ledger.issue({ lifetimeMs: HOUR });
  const other = ledger.issue({ lifetimeMs: HOUR });
  const rotated = ledger.redeem(refresh, HOUR);
  const next = rotated.result === 'rotated' ? rotated.tokens : undefined;
  expect(ledger.accept(next?.access ?? '')).toBe('AT3');
  expect(ledger.redeem(refresh, HOUR)).toEqual({ result: 'reused', presented: 'RT1' });
  expect(ledger.accept(next?.access ?? '')).toBeUndefined();
  expect(ledger.redeem(next?.refresh ?? '', HOUR)).toEqual({ result: 'revoked', presented: 'RT3' });
  expect(ledger.redeem(other.refresh, HOUR)).toMatchObject({ result: 'rotated' });
});

test('tokens end on the clock that it is given, and a new one says how long it lives by that clock', () => {
  let time = Date.now();
  const ledger = new TokenLedger('seed', { now: () => time });
  const first = ledger.issue({ lifetimeMs: HOUR });
  time += HOUR;
  expect(ledger.accept(first.access)).toBeUndefined();
  const next = ledger.redeem(first.refresh, HOUR);
  const tokens = next.result === 'rotated' ? next.tokens : undefined;
  expect(tokens).toMatchObject({ expiresAt: time + HOUR, lifetimeMs: HOUR });
  expect(ledger.accept(tokens?.access ?? '')).toBe('AT2');
});
