import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareVersions, isVersion, neighbours } from './version.ts';

/** In the order of their release, written down by hand: each neighbour is a pair that was looked at. */
const RELEASED = `
  0.0.1 2026.1.29 2026.1.30 2026.2.1 2026.2.2 2026.2.2-3 2026.2.3 2026.2.3-1 2026.2.6-3 2026.2.9 2026.2.12 2026.2.17
  2026.2.21 2026.2.22 2026.2.22-1 2026.2.23-beta.1 2026.2.23 2026.2.26 2026.3.1 2026.3.13 2026.3.22 2026.3.23-beta.2
  2026.3.23 2026.3.23-1 2026.3.23-2 2026.3.24-beta.2 2026.3.24 2026.3.31 2026.4.1 2026.4.2 2026.4.9 2026.4.10 2026.4.12
  2026.4.14 2026.4.15 2026.4.20 2026.4.27 2026.4.29-alpha.1 2026.4.29-beta.1 2026.4.29-beta.4 2026.4.29-beta.10 2026.4.29
  2026.4.30-beta.1 2026.5.2 2026.5.3 2026.5.3-1 2026.5.4 2026.5.7-beta.1 2026.5.7 2026.5.12 2026.5.14-beta.1
  2026.5.14-beta.2 2026.5.16-beta.7 2026.5.18-beta.1 2026.5.18 2026.5.28 2026.5.31-beta.4 2026.6.1-beta.1 2026.6.1
  2026.6.11-beta.2 2026.6.11 2026.6.33 2026.6.35 2026.7.1-beta.6 2026.7.1 2026.7.1-1 2026.7.1-2 2026.7.2-beta.7
  2026.7.35 2026.8.1-beta.3 2026.8.1 2026.9.1-beta.1 2026.9.1 2026.9.6 2026.10.1 2027.1.1`
  .trim()
  .split(/\s+/);

test('puts versions in the order in which they were released', () => {
  const shuffled = RELEASED.toSorted((a, b) =>
    a.length === b.length ? a.localeCompare(b) : a.length - b.length,
  );
  expect(shuffled.toSorted(compareVersions)).toEqual(RELEASED);
});

test('is a total order', () => {
  const version = fc
    .tuple(
      fc.integer({ min: 2026, max: 2027 }),
      fc.nat(12),
      fc.nat(35),
      fc.constantFrom('', '-', '-beta.', '-alpha.'),
      fc.nat(12),
    )
    .map(([year, month, patch, mark, serial]) => `${year}.${month}.${patch}${mark}${mark && serial + 1}`);
  fc.assert(
    fc.property(version, version, version, (a, b, c) => {
      expect(isVersion(a)).toBe(true);
      expect(compareVersions(a, b)).toBe(-compareVersions(b, a) + 0);
      expect(compareVersions(a, b) === 0).toBe(a === b);
      if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0)
        expect(compareVersions(a, c)).toBeLessThanOrEqual(0);
    }),
  );
});

test('names the published versions next to one that does not exist', () => {
  expect(neighbours('2026.4.13', RELEASED)).toEqual(['2026.4.12', '2026.4.14']);
  expect(neighbours('2027.1.2', RELEASED)).toEqual(['2027.1.1']);
});
