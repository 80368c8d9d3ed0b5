import { expect, test } from 'vitest';
import { spoiltRuns } from './broken.ts';

test('a matrix names at its end what its scenarios or the harness spoilt, and nothing that is the gateway’s matter', () => {
  const cell = (
    version: string,
    scenario: string,
    reason: string,
    blame?: 'call' | 'gateway' | 'harness',
  ) => ({
    ...{ version, scenario, reason, outcome: 'untestable' as const, findings: [] },
    ...(blame && { blame }),
  });
  expect(
    spoiltRuns([
      cell('2026.4.12', 'a/b', 'SCRIPT_FAILED', 'call'),
      cell('2026.4.14', 'a/b', 'SCRIPT_FAILED', 'call'),
      cell('2026.4.14', 'a/c', 'HARNESS_FAULT', 'harness'),
      cell('2026.4.14', 'a/d', 'BOOT_FAILED', 'gateway'),
      cell('2026.4.14', 'a/e', 'control/healthy-codex is untestable'),
    ]),
  ).toEqual([
    'Spoilt by its scenario or the harness: a/b (SCRIPT_FAILED) on 2026.4.12, 2026.4.14',
    'Spoilt by its scenario or the harness: a/c (HARNESS_FAULT) on 2026.4.14',
  ]);
});
