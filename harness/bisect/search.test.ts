import { expect, test } from 'vitest';
import { simulateSearches } from '#harness/bench/bisect-search.ts';
import { type ProbeResult, Search, type SearchOptions } from './search.ts';

const options: SearchOptions = {
  count: 9,
  direction: 'introduced',
  flaky: false,
  confidence: 0.95,
  cost: (_, fresh) => (fresh ? 40 : 10),
};

/** Searches with probes that always say the same of a version; returns the order of probes too. */
function play(results: (index: number) => ProbeResult, changes: Partial<SearchOptions> = {}) {
  const search = new Search({ ...options, ...changes });
  const probes: number[] = [];
  for (let index = search.next(); index !== undefined && probes.length < 200; index = search.next()) {
    probes.push(index);
    search.record(index, results(index));
  }
  return { probes, answer: search.answer(), search };
}

test('the ends are looked at first, then it is halved, then the pair is looked at again', () => {
  const { probes, answer } = play((index) => (index >= 5 ? 'shown' : 'clean'));
  expect(probes.slice(0, 3)).toEqual([8, 0, 4]);
  expect(answer.change).toMatchObject({ before: 4, after: 5 });
  expect(answer.change?.probability).toBeGreaterThan(0.95);
  expect(probes.length).toBeLessThanOrEqual(2 + 3 + 2);
  for (const index of [4, 5]) expect(probes.filter((one) => one === index).length).toBeGreaterThanOrEqual(2);
});

test('finds where a regression went as well as where it came in', () => {
  const { answer } = play((index) => (index < 7 ? 'shown' : 'clean'), { direction: 'fixed' });
  expect(answer.change).toMatchObject({ before: 6, after: 7 });
  expect(answer.counts[6]?.shown).toBeGreaterThan(0);
});

test('every place is found, also beside the ends, and in the shortest history', () => {
  for (let change = 1; change < 9; change++)
    expect(play((index) => (index >= change ? 'shown' : 'clean')).answer.change?.after).toBe(change);
  expect(play((index) => (index === 1 ? 'shown' : 'clean'), { count: 2 }).answer.change?.after).toBe(1);
});

test('ends that do not differ are no change', () => {
  for (const all of ['shown', 'clean'] as const) {
    const { answer, probes } = play(() => all);
    expect(answer.change).toBeUndefined();
    expect(answer.noChange).toBeGreaterThan(0.95);
    expect(probes.length).toBeLessThan(30);
  }
});

test('a version that cannot be tested is skipped, and the answer lies around it', () => {
  const { answer, probes, search } = play((index) =>
    index === 4 || index === 5 ? 'untestable' : index >= 6 ? 'shown' : 'clean',
  );
  expect(answer.change).toMatchObject({ before: 3, after: 6 });
  expect(probes.filter((index) => index === 4)).toHaveLength(1);
  expect([...search.untestable].toSorted()).toEqual([4, 5].filter((index) => probes.includes(index)));
});

test('where an end cannot be tested the next one takes its place', () => {
  const { answer } = play((index) =>
    index === 0 || index === 8 ? 'untestable' : index >= 3 ? 'shown' : 'clean',
  );
  expect(answer.change).toMatchObject({ before: 2, after: 3 });
});

test('where the second look at the pair disagrees, the search goes on', () => {
  const looks = new Map<number, number>();
  const { answer, probes } = play(
    (index) => {
      const look = (looks.get(index) ?? 0) + 1;
      looks.set(index, look);
      // What looks like the first bad version showed by chance, once.
      return index >= 7 || (index === 5 && look === 1) ? 'shown' : 'clean';
    },
    { flaky: true },
  );
  expect(answer.change).toMatchObject({ before: 6, after: 7 });
  expect(probes.filter((index) => index === 5).length).toBeGreaterThanOrEqual(2);
});

test('where nothing can be tested it ends without an answer', () => {
  const { answer, probes } = play(() => 'untestable');
  expect(probes.length).toBeLessThanOrEqual(9);
  expect(answer.change).toBeUndefined();
});

test('one probe that errs is found out', () => {
  let first = true;
  const { answer } = play((index) => {
    // The first look at a bad version in the middle is clean.
    if (index === 4 && first) {
      first = false;
      return 'clean';
    }
    return index >= 3 ? 'shown' : 'clean';
  });
  expect(answer.change).toMatchObject({ before: 2, after: 3 });
});

test('what is learnt per second counts: where probes err, cheap repeats come before new versions', () => {
  let turn = 0;
  const flaky = (index: number): ProbeResult => (index >= 5 && turn++ % 2 === 0 ? 'shown' : 'clean');
  const { answer, probes } = play(flaky, { flaky: true, cost: (_, fresh) => (fresh ? 1_000 : 1) });
  expect(answer.change).toMatchObject({ before: 4, after: 5 });
  expect(new Set(probes).size).toBeLessThan(probes.length / 2);
});

test('in simulation it is right as often as it says, at every rate', () => {
  for (const { rate, right, claimed, probes } of simulateSearches(40)) {
    expect(right, `rate ${rate}`).toBeGreaterThan(0.85);
    expect(claimed, `rate ${rate}`).toBeGreaterThanOrEqual(0.95);
    // Two ends, eight halvings of 134 gaps, and the pair once more.
    if (rate === 1) expect(probes.most).toBeLessThanOrEqual(12);
  }
});
