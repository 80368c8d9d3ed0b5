import { expect, test } from 'vitest';
import { TokenLedger } from '#mocks/token-ledger.ts';
import { recordOfHang } from '../testing.ts';
import { refuseRealSecrets, withoutPersons } from './for-others.ts';

test('the secrets of a run are no reason to refuse its report', () => {
  const { access, refresh } = new TokenLedger('seed').issue({ lifetimeMs: 1_000 });
  const own = [access, refresh, 'xai-synthetic-Zm9vYmFyYmF6', 'Bearer xai-synthetic-Zm9vYmFyYmF6'];
  for (const secret of own) expect(() => refuseRealSecrets(`before ${secret} after`)).not.toThrow();
  expect(() => refuseRealSecrets('apiKey: see the docs; password=x; RT1 → RT2; sha512-q0bX==')).not.toThrow();
});

const REAL = [
  ['OPENAI-KEY', `sk-proj-${'a1B2'.repeat(10)}`],
  ['REFRESH-TOKEN', `rt_${'a1B2'.repeat(10)}`],
  ['XAI-KEY', `xai-${'a1B2'.repeat(20)}`],
  ['JWT', `${btoa('{"alg":"RS256"}')}.${btoa('{"sub":"somebody"}')}.c2lnbmF0dXJl`],
  ['TOKEN', `Bearer ${'a1B2'.repeat(10)}`],
  ['KEY', '-----BEGIN PRIVATE KEY-----'],
] as const;

test.each(REAL)('a real %s is refused, and not repeated', (kind, secret) => {
  const refuse = () => refuseRealSecrets(`one\ntwo ${secret}`);
  expect(refuse).toThrow(expect.objectContaining({ code: 'REAL_SECRET', exitCode: 128 }));
  expect(refuse).toThrow(`a real ${kind} (line 2)`);
  expect(refuse).not.toThrow(secret);
});

test('a record without what tells whose it is stays a record', () => {
  const record = recordOfHang();
  expect(withoutPersons(record)).toEqual(record);
  const told = recordOfHang({ refused: { 'proxy.acme.lan:3128': 1 }, platform: 'linux on 10.1.2.3' });
  expect(withoutPersons(told)).toEqual({ ...told, refused: { 'HOST-1:3128': 1 }, platform: 'linux on IP-1' });
});
