import { appendFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decidingFiles, digestOf } from './cache.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
let copy: string;
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'openclaw-repro-test-'));
  for (const folder of ['harness', 'mocks', 'reports'])
    cpSync(join(ROOT, folder), join(copy, folder), { recursive: true });
});
afterAll(() => rmSync(copy, { recursive: true }));

const digest = () => digestOf(copy, decidingFiles(copy));

test.each([
  ['a mock', 'mocks/faults/cut.ts', true],
  ['a check', 'harness/verdict/checks/turns.ts', true],
  ['what runs in the gateway', 'harness/gateway/inside/closed-network.mjs', true],
  ['the driver', 'harness/run/driver.ts', true],
  ['a test', 'harness/run/driver.test.ts', false],
  ['the eras, of which only the version’s own counts', 'harness/openclaw/eras/eras.ts', false],
  ['a report', 'reports/har.ts', false],
  ['a command', 'harness/commands/run.ts', false],
])('a change in %s makes another key: %s, %s', (_what, file, changes) => {
  const before = digest();
  appendFileSync(join(copy, file), '\n// changed\n');
  expect(digest() !== before).toBe(changes);
});

test('two files that swap their contents make another key', () => {
  const files = ['mocks/marks.ts', 'mocks/steps.ts'];
  expect(digestOf(copy, files)).not.toBe(digestOf(copy, files.toReversed()));
});
