import { expect, test } from 'vitest';
import { Belief } from './belief.ts';

test('beside a probe of the middle another one of it tells little, and one of a quarter much', () => {
  const belief = new Belief(17, false);
  belief.add(0, false);
  belief.add(16, true);
  const [alone, beside] = [belief.gains(), belief.gainsBeside(8)];
  expect(alone.indexOf(Math.max(...alone))).toBe(8);
  expect(beside[8]).toBeLessThan(0.2);
  for (const quarter of [4, 12]) expect(beside[quarter]).toBeGreaterThan(0.4);
});

test('the chance that a probe shows it grows along the history', () => {
  const belief = new Belief(9, false);
  belief.add(0, false);
  belief.add(8, true);
  const chances = Array.from({ length: 9 }, (_, index) => belief.chanceOf(index));
  expect(chances).toEqual(chances.toSorted((a, b) => a - b));
  expect(chances[0]).toBeLessThan(0.05);
  expect(chances[8]).toBeGreaterThan(0.9);
});
