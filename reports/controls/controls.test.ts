import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { matrixResult } from '#harness/matrix/result.ts';

const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.json'));

test.each(files)('%s is the result of a matrix over the controls', (name) => {
  const { scenarios, cells } = matrixResult.parse(
    JSON.parse(readFileSync(`${import.meta.dirname}/${name}`, 'utf8')),
  );
  expect(scenarios.every((scenario) => scenario.name.startsWith('control/'))).toBe(true);
  // A healthy provider cannot bring a regression out: what is not clean is a reason, never an accusation.
  expect(cells.filter(({ outcome }) => outcome === 'reproduced')).toEqual([]);
  expect(cells.filter(({ outcome, reason }) => outcome === 'untestable' && !reason)).toEqual([]);
});
