import nock from 'nock';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { fetchPackument } from './registry.ts';

const REGISTRY = 'https://registry.example.invalid';
const ANSWER = {
  'dist-tags': { latest: '2026.4.14' },
  versions: { '2026.4.14': { dist: { integrity: 'sha512-x' }, engines: { node: '>=22' } } },
};
const fast = { waitMs: 1 };

beforeAll(() => nock.disableNetConnect());
afterEach(() => nock.cleanAll());
afterAll(() => nock.restore());

test('reads what is published, also from a registry below a path', async () => {
  nock(REGISTRY).get('/npm/openclaw').reply(200, ANSWER);
  expect(await fetchPackument(`${REGISTRY}/npm`, fast)).toEqual(ANSWER);
});

test('tries again when the registry is busy, and waits as long as it is told to', async () => {
  nock(REGISTRY).get('/openclaw').reply(429, '', { 'retry-after': '1' });
  nock(REGISTRY).get('/openclaw').reply(503);
  nock(REGISTRY).get('/openclaw').reply(200, ANSWER);
  const started = performance.now();
  expect(await fetchPackument(REGISTRY, fast)).toEqual(ANSWER);
  expect(performance.now() - started).toBeGreaterThan(950);
});

test('says so when the registry stays busy', async () => {
  nock(REGISTRY).get('/openclaw').times(4).reply(429);
  await expect(fetchPackument(REGISTRY, fast)).rejects.toMatchObject({
    code: 'REGISTRY_BUSY',
    exitCode: 129,
  });
});

test('does not ask again where it is refused', async () => {
  const scope = nock(REGISTRY).get('/openclaw').reply(404);
  await expect(fetchPackument(REGISTRY, fast)).rejects.toMatchObject({ code: 'REGISTRY_REFUSED' });
  expect(scope.isDone()).toBe(true);
});

test.each(['<html>', '{"versions":', '{"versions":{}}'])('tells an answer that is none: %s', async (body) => {
  nock(REGISTRY).get('/openclaw').times(4).reply(200, body);
  await expect(fetchPackument(REGISTRY, fast)).rejects.toMatchObject({ code: 'REGISTRY_ANSWER' });
});

test('tells that the registry cannot be reached', async () => {
  nock(REGISTRY).get('/openclaw').times(4).replyWithError('getaddrinfo ENOTFOUND registry.example.invalid');
  await expect(fetchPackument(REGISTRY, fast)).rejects.toMatchObject({
    code: 'REGISTRY_UNREACHABLE',
    message: expect.stringContaining('ENOTFOUND'),
  });
});

test('stops asking when it is told to', async () => {
  nock(REGISTRY).get('/openclaw').reply(429, '', { 'retry-after': '30' });
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 100);
  await expect(fetchPackument(REGISTRY, { signal: stop.signal })).rejects.toThrow(/abort/);
});

test('an address that is none is a wrong call', async () => {
  await expect(fetchPackument('not an address')).rejects.toMatchObject({
    code: 'REGISTRY_ADDRESS',
    exitCode: 128,
  });
});
