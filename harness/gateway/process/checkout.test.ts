import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkoutAt } from './checkout.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'openclaw-repro-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const put = (path: string, text: string) => {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
};
const COMMIT = '0123456789abcdef0123456789abcdef01234567';

test('a checkout is a version with its commit, whether on a branch or not', () => {
  put('package.json', '{"name":"openclaw","version":"2026.4.14"}');
  expect(checkoutAt(folder, '/caches')).toMatchObject({
    version: '2026.4.14',
    entry: join(folder, 'openclaw.mjs'),
    build: {},
  });
  put('.git/HEAD', 'ref: refs/heads/main\n');
  put('.git/refs/heads/main', `${COMMIT}\n`);
  expect(checkoutAt(folder, '/caches').build).toEqual({ commit: COMMIT });
  put('.git/HEAD', COMMIT);
  expect(checkoutAt(folder, '/caches').build).toEqual({ commit: COMMIT });
});

test.each([
  ['nothing', undefined],
  ['another package', '{"name":"other","version":"2026.4.14"}'],
  ['no version', '{"name":"openclaw","version":"../../etc"}'],
  ['no JSON', '{'],
])('a folder with %s is passed over by git bisect', (_, text) => {
  if (text) put('package.json', text);
  expect(() => checkoutAt(folder, '/caches')).toThrow(
    expect.objectContaining({ code: 'NOT_A_CHECKOUT', exitCode: 125 }),
  );
});
