import { expect, test } from 'vitest';
import type { Outcome } from '#harness/verdict/judge.ts';
import { cellKey, liveGrid } from './live-grid.ts';

const versions = Array.from({ length: 60 }, (_, index) => `2026.4.${index + 1}`);
const scenarios = ['control/a', 'stream/longer'];

function grid(done: number, width: number): string[] {
  const outcomes = new Map<string, Outcome>(
    versions
      .slice(0, done)
      .flatMap((version, index) =>
        scenarios.map((scenario) => [
          cellKey(version, scenario),
          index === 3 && scenario === 'stream/longer' ? 'reproduced' : 'clean',
        ]),
      ),
  );
  return liveGrid({ scenarios, versions, outcomes, width, paint: (_, text) => text, note: '9 of 120' });
}

test('a line a scenario, a mark a version, nothing where nothing is known yet', () => {
  const [first, second, ends] = grid(5, 120);
  expect(first?.trimEnd()).toBe('control/a      ·····');
  expect(second?.trimEnd()).toBe('stream/longer  ···X·');
  expect(ends?.trim()).toBe('2026.4.1 to 2026.4.60  9 of 120');
});

test('on a narrow terminal the part that is being run is shown, and no line is wider than it', () => {
  for (const done of [0, 5, 30, 60]) {
    const lines = grid(done, 40);
    for (const line of lines) expect(line.length).toBeLessThan(40);
    const [from, to] =
      /(\d+) to 2026\.4\.(\d+)/
        .exec(lines.at(-1) ?? '')
        ?.slice(1)
        .map(Number) ?? [];
    const running = Math.min(60, done + 1);
    expect(from).toBeLessThanOrEqual(running);
    expect(to).toBeGreaterThanOrEqual(running);
  }
  expect(grid(30, 1)).toHaveLength(3);
});
