import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shrink } from './search.ts';

type Parts = readonly number[];

/** Halves first, single parts last. */
function* cuts(parts: Parts): Generator<Parts> {
  for (let size = Math.ceil(parts.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
    for (let at = 0; at < parts.length; at += size) yield parts.toSpliced(at, size);
}

async function run(
  start: Parts,
  holds: (parts: Parts) => boolean,
  jobs = 1,
  most = Number.POSITIVE_INFINITY,
) {
  const tried: string[] = [];
  const found = await shrink(start, {
    cuts,
    keyOf: String,
    jobs,
    spent: () => tried.length >= most,
    reproduces: async (parts) => {
      tried.push(String(parts));
      return holds(parts);
    },
  });
  return { ...found, tried, count: found.tried };
}

const starts = fc.uniqueArray(fc.nat({ max: 30 }), { maxLength: 12 });
const jobs = fc.integer({ min: 1, max: 4 });
/** Any answer at all, also one that more parts do not keep; the start itself reproduces. */
const rules = fc.record({ start: starts, rule: fc.func(fc.boolean()), jobs });
const withRule =
  ({ start, rule }: { start: Parts; rule: (key: string) => boolean }) =>
  (parts: Parts) =>
    String(parts) === String(start) || rule(String(parts));

test('what is left reproduces, and nothing that can be cut from it does', async () => {
  await fc.assert(
    fc.asyncProperty(rules, async ({ jobs: lanes, ...of }) => {
      const holds = withRule(of);
      const { least, complete } = await run(of.start, holds, lanes);
      expect(complete).toBe(true);
      expect(holds(least)).toBe(true);
      for (const smaller of cuts(least))
        expect(String(smaller) !== String(least) && holds(smaller)).toBe(false);
    }),
  );
});

test('nothing is tried twice, nor what it began with, however many are tried at a time', async () => {
  await fc.assert(
    fc.asyncProperty(rules, async ({ jobs: lanes, ...of }) => {
      const { tried, count } = await run(of.start, withRule(of), lanes);
      expect(new Set(tried).size).toBe(tried.length);
      expect(tried).not.toContain(String(of.start));
      expect(count).toBe(tried.length);
    }),
  );
});

test('where parts are needed together, exactly those are left', async () => {
  await fc.assert(
    fc.asyncProperty(fc.subarray([...Array(12).keys()]), jobs, async (needed, lanes) => {
      const { least } = await run(
        [...Array(12).keys()],
        (parts) => needed.every((part) => parts.includes(part)),
        lanes,
      );
      expect(least).toEqual(needed);
    }),
  );
});

test('ends where cuts lead round in a circle', async () => {
  const found = await shrink<number>(0, {
    cuts: (candidate) => [candidate === 4 ? 2 : candidate + 1],
    keyOf: String,
    reproduces: async () => true,
  });
  expect(found).toEqual({ least: 4, complete: true, tried: 4 });
});

test('when its time is over it gives the least that it found, and says that it did not end', async () => {
  const holds = (parts: Parts) => parts.includes(7);
  const { least, complete, tried } = await run([...Array(12).keys()], holds, 1, 2);
  expect(complete).toBe(false);
  expect(tried).toHaveLength(2);
  expect(least).toContain(7);
  expect(least.length).toBeLessThan(12);
});
