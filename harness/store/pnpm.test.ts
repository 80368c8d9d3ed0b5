import { expect, test } from 'vitest';
import { failureOf } from './pnpm.ts';

/** The last lines of pnpm 12.21 against a registry that does this. */
const tails: { [code: string]: string[] } = {
  DEPENDENCY_UNPUBLISHED: [
    '  │   Failed to resolve @openclaw/proxyline@0.2.0',
    '  │   This error happened while installing the dependencies of',
    '  │   openclaw@2026.5.14-beta.1',
    '  ╰─▶ No matching version found for @openclaw/proxyline@0.2.0 while fetching',
  ],
  INTEGRITY: [
    'Error: ERR_PNPM_TARBALL_SIBLING_FETCH_FAILED',
    '  ╰─▶ Failed to verify the integrity of http://127.0.0.1:4999/openclaw.tgz:',
    '      Integrity check failed.',
  ],
  PACKAGE_MISSING: [
    'Error: ERR_PNPM_TARBALL_SIBLING_FETCH_FAILED',
    '  ╰─▶ Tarball server returned HTTP 404 for http://127.0.0.1:4999/openclaw.tgz',
  ],
  REGISTRY_BUSY: ['  ╰─▶ Tarball server returned HTTP 429 for http://127.0.0.1:4999/openclaw.tgz'],
  REGISTRY_BROKE_OFF: [
    'Error: ERR_PNPM_TARBALL_SIBLING_FETCH_FAILED',
    '  ╰─▶ Failed to fetch http://127.0.0.1:4999/openclaw.tgz: error decoding',
    '      response body: request or response body error: error reading a body from',
    '      connection: end of file before message length reached',
  ],
  REGISTRY_UNREACHABLE: ['  │   refused (os error 111)', '  ├─▶ error sending request'],
  NO_SPACE: ['  ╰─▶ failed to write a file: No space', '      left on device (os error 28)'],
  INSTALL_FAILED: ['something new'],
};

test.each(Object.entries(tails))('tells %s from what pnpm says', (code, lines) => {
  expect(failureOf(1, lines)).toMatchObject({ code, logTail: lines });
});

test('names the dependency that is not published, and blames the version for it', () => {
  const failure = failureOf(1, tails.DEPENDENCY_UNPUBLISHED ?? []);
  expect(failure.message).toContain('@openclaw/proxyline@0.2.0');
  expect(failure.exitCode).toBe(125);
});
