import { expect, test } from 'vitest';
import { issueAddress } from './issue-address.ts';
import { tokenFor } from './token.ts';

test.each([
  ['acme/gateway#12', undefined, 'https://api.github.com'],
  ['https://github.com/acme/gateway/issues/12#issuecomment-3', undefined, 'https://api.github.com'],
  ['https://github.com/acme/gateway/pull/12', undefined, 'https://api.github.com'],
  ['https://ghe.example/acme/gateway/issues/12', undefined, 'https://ghe.example/api/v3'],
  ['https://acme.ghe.com/acme/gateway/issues/12', undefined, 'https://api.acme.ghe.com'],
  ['acme/gateway#12', 'https://ghe.example/api/v3/', 'https://ghe.example/api/v3'],
  ['acme/gateway#12', 'http://127.0.0.1:8080/', 'http://127.0.0.1:8080'],
])('%s with API %s', (text, given, api) => {
  expect(issueAddress(text, given)).toEqual({ owner: 'acme', repo: 'gateway', number: 12, api });
});

test.each([
  'gateway#12',
  'a/b',
  'a/b#x',
  '../..#1',
  'a/..#1',
  'https://github.com/a/b/issues/new',
  'a/b#1/../2',
  '',
])('"%s" is no issue', (text) => {
  expect(() => issueAddress(text)).toThrow(expect.objectContaining({ code: 'ISSUE_ADDRESS' }));
});

test.each(['http://ghe.example/api/v3', 'ftp://x', 'ghe'])('no token travels to %s', (api) => {
  expect(() => issueAddress('a/b#1', api)).toThrow(expect.objectContaining({ code: 'API_ADDRESS' }));
});

test('a token goes only to the host that it is meant for', () => {
  const own = { GITHUB_TOKEN: 'own' };
  expect(tokenFor('https://api.github.com', undefined, own)).toBe('own');
  expect(tokenFor('https://api.github.com', undefined, { GH_TOKEN: 'gh' })).toBe('gh');
  expect(tokenFor('https://mallory.example/api/v3', undefined, own)).toBeUndefined();
  expect(tokenFor('https://notghe.com/api/v3', undefined, own)).toBeUndefined();
  expect(tokenFor('https://ghe.example/api/v3', 'https://ghe.example/api/v3', own)).toBe('own');
  const server = { ...own, GITHUB_API_URL: 'https://ghe.example/api/v3' };
  expect(tokenFor('https://ghe.example/api/v3', undefined, server)).toBe('own');
  expect(tokenFor('https://ghe.example/api/v3', undefined, { GH_ENTERPRISE_TOKEN: 'ghe' })).toBe('ghe');
});
