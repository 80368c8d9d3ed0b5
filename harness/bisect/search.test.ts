import { expect, test } from 'vitest';
import { simulateSearches } from '#harness/bench/bisect-search.ts';
import type { ProbeResult } from './answer.ts';
import { type Round, Search, type SearchOptions } from './search.ts';

const options: SearchOptions = {
  count: 9,
  direction: 'introduced',
  flaky: false,
  confidence: 0.95,
  lanes: 1,
  cost: { fresh: 40, again: 10 },
};

/** Searches with these probes, controls that fail on some versions, and versions looked at before; returns the order of all too. */
function play(
  results: (index: number) => ProbeResult,
  changes: Partial<SearchOptions> = {},
  broken: readonly number[] = [],
  looked: readonly number[] = [],
) {
  const search = new Search({ ...options, ...changes });
  for (const index of looked) search.record(index, results(index));
  const [probes, controls, rounds]: [number[], number[], Round[]] = [[], [], []];
  for (let round = search.next(); round && probes.length < 200; round = search.next()) {
    rounds.push(round);
    for (const index of round.probes) {
      probes.push(index);
      search.record(index, results(index));
    }
    for (const index of round.controls) {
      controls.push(index);
      if (broken.includes(index)) search.record(index, 'untestable');
      else search.prove(index);
    }
  }
  return { probes, controls, rounds, answer: search.answer(), search };
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
  const { answer, probes } = play(flaky, { flaky: true, cost: { fresh: 1_000, again: 1 } });
  expect(answer.change).toMatchObject({ before: 4, after: 5 });
  expect(new Set(probes).size).toBeLessThan(probes.length / 2);
});

const from =
  (change: number) =>
  (index: number): ProbeResult =>
    index >= change ? 'shown' : 'clean';

test('with two lanes it needs fewer rounds, and no more probes than halving', () => {
  const count = 135;
  for (const change of [1, 2, 45, 46, 67, 68, 90, 133, 134]) {
    const { rounds, probes, answer } = play(from(change), { count, lanes: 2 });
    expect(answer.change).toMatchObject({ before: change - 1, after: change });
    expect(probes.length).toBeLessThanOrEqual(2 + Math.ceil(Math.log2(count - 1)) + 2);
    expect(rounds.length).toBeLessThanOrEqual(9);
  }
});

test('a flaky regression is looked at twice at a time', () => {
  let turn = 0;
  const { rounds, answer } = play((index) => (index >= 5 && turn++ % 2 === 0 ? 'shown' : 'clean'), {
    flaky: true,
    lanes: 2,
  });
  expect(answer.change).toMatchObject({ before: 4, after: 5 });
  expect(rounds.slice(0, -2).every(({ probes }) => probes.length === 2)).toBe(true);
});

test('what the answer stands on has its controls run, and no other version has', () => {
  for (const lanes of [1, 2]) {
    const { controls, rounds } = play(from(5), { count: 33, lanes });
    expect(new Set(controls).size).toBe(controls.length);
    expect(controls).toEqual(expect.arrayContaining([0, 32, 4, 5]));
    expect(controls.length).toBeLessThanOrEqual(7);
    // The ends come with their controls, which are run first.
    const ends = rounds.slice(0, 2 / lanes);
    expect(ends.every(({ probes, controls: first }) => first.join() === probes.join())).toBe(true);
    const later = rounds.slice(2 / lanes);
    expect(later.every(({ probes, controls: beside }) => probes.length + beside.length <= lanes)).toBe(true);
  }
});

test('a version whose control fails is forgotten, whatever it seemed to show', () => {
  // 12 to 15 are broken in a way that looks like the regression, which comes in with 20.
  const broken = [12, 13, 14, 15];
  for (const lanes of [1, 2]) {
    const seems = (index: number) => (broken.includes(index) ? 'shown' : from(20)(index));
    const { answer, search } = play(seems, { count: 33, lanes }, broken);
    expect(answer.change).toMatchObject({ before: 19, after: 20 });
    expect(search.owed).toEqual([]);
  }
});

test('where one version cannot be tested, further ones are looked at with their controls', () => {
  const { rounds } = play(from(20), { count: 33, lanes: 2 }, [32]);
  const failed = rounds.findIndex(({ controls }) => controls.includes(32));
  const looked = new Set(rounds.slice(0, failed + 1).flatMap(({ probes }) => probes));
  for (const { probes, controls } of rounds.slice(failed + 1))
    for (const index of probes) {
      if (!looked.has(index)) expect(controls).toContain(index);
      looked.add(index);
    }
});

test('a version that speaks against the answer has its controls run, as it may be a finding', () => {
  // It comes with 10, is away by 16 at the latest, and comes again with 20.
  const twice = (index: number) => (index === 10 ? 'shown' : from(20)(index));
  const looked = [32, 0, 10, 16];
  const { answer, controls } = play(twice, { count: 33 }, [], looked);
  expect(answer.change).toMatchObject({ before: 9, after: 10 });
  expect(controls).toContain(16);
  expect(play(twice, { count: 33 }, [10], looked).answer.change).toMatchObject({ before: 19, after: 20 });
});

test('an end whose control fails gives way to the next one', () => {
  const { answer } = play(from(3), { lanes: 2 }, [8]);
  expect(answer.change).toMatchObject({ before: 2, after: 3 });
  expect(answer.counts[8]).toEqual({ shown: 0, clean: 0 });
});

test('it foresees what may be probed next', () => {
  const search = new Search({ ...options, count: 33 });
  for (const index of [32, 0]) search.record(index, from(20)(index));
  const halfway = search.next();
  expect(halfway?.probes).toEqual([16]);
  expect(halfway && search.likelyNext(halfway).toSorted((a, b) => a - b)).toEqual([8, 24]);
});

test('in simulation it is right as often as it says, at every rate', () => {
  for (const { rate, right, claimed, probes } of simulateSearches(40)) {
    expect(right, `rate ${rate}`).toBeGreaterThan(0.85);
    expect(claimed, `rate ${rate}`).toBeGreaterThanOrEqual(0.95);
    // Two ends, eight halvings of 134 gaps, and the pair once more.
    if (rate === 1) expect(probes.most).toBeLessThanOrEqual(12);
  }
});
