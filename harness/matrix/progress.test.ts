import { expect, test } from 'vitest';
import { recordOfHang } from '#reports/testing.ts';
import { Progress } from './progress.ts';

test('tells how long it will take from the runs that were made, and what the harness has added to them', () => {
  let now = 0;
  const progress = new Progress(10, () => now);
  const record = { ...recordOfHang(), timing: { totalMs: 60_000 } };
  progress.count({ record }, true);
  progress.count({ version: '2026.4.14', scenario: 'a/b', title: 'x', reason: 'INSTALL_FAILED' }, false);
  expect(progress.text).toBe('2 of 10');
  for (const at of [33_000, 66_000, 99_000, 132_000]) {
    now = at;
    progress.count({ record }, false);
  }
  expect(progress.text).toBe('6 of 10, about 2 min left');
  expect(progress.summary(2)).toBe(
    '1 of 6 cells kept from before; 4 runs in 2.2 min: 1.10 times what the runs took themselves (4.0 min, 2 at a time).',
  );
});

test('nothing was run: nothing is measured', () => {
  const progress = new Progress(1);
  progress.count({ record: recordOfHang() }, true);
  expect(progress.summary(2)).toBe('1 of 1 cell kept from before.');
});
