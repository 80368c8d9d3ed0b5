import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type BisectOptions, bisect, legsOf } from './bisect.ts';
import { BisectJournal } from './journal.ts';
import type { Probe } from './probes.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'openclaw-repro-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const line = Array.from({ length: 40 }, (_, index) => `2026.4.${index + 1}`);
const patch = (version: string) => Number(version.split('.')[2]);

type Says = (patch: number, attempt: number) => Probe['result'];

/** Only these patches work at all. */
type Works = (patch: number) => boolean;

function play(says: Says, changes: Partial<BisectOptions> = {}, works: Works = () => true) {
  const [probed, controlled]: [number[], number[]] = [[], []];
  const ahead: string[] = [];
  const found = bisect({
    line,
    direction: 'introduced',
    flaky: false,
    confidence: 0.95,
    jobs: 2,
    prober: {
      probe: async (version, attempt) => {
        probed.push(patch(version));
        return { version, result: says(patch(version), attempt), verdict: 'it says why', seconds: 1 };
      },
      control: async (version) => {
        controlled.push(patch(version));
        const result = works(patch(version)) ? 'clean' : 'untestable';
        return { version, control: true, result, verdict: 'its control says so', seconds: 1 };
      },
    },
    ahead: (version) => ahead.push(version),
    spent: () => false,
    ...changes,
  });
  return found.then((result) => ({ ...result, probed, controlled, ahead }));
}

/** Only these patches have it. */
const between =
  (from: number, to: number): Says =>
  (version) =>
    version >= from && version <= to ? 'shown' : 'clean';
const pair = ({ versions, answer }: Awaited<ReturnType<typeof play>>) =>
  answer?.change && [versions[answer.change.before], versions[answer.change.after]];

test('between two ends it names the last good version and the first bad one', async () => {
  const found = await play(between(14, 40), { good: '2026.4.2', bad: '2026.4.30' });
  expect(pair(found)).toEqual(['2026.4.13', '2026.4.14']);
  expect(found.probed.slice(0, 2).toSorted((a, b) => a - b)).toEqual([2, 30]);
  expect(found.ahead.length).toBeGreaterThan(0);
  expect(found.because).toBeUndefined();
});

test('in the other direction it names the last bad version and the first that is mended', async () => {
  const found = await play(between(14, 22), { direction: 'fixed', bad: '2026.4.14' });
  expect(pair(found)).toEqual(['2026.4.22', '2026.4.23']);
});

test('without ends it gallops back from the newest, past versions that do not have it any more', async () => {
  expect(pair(await play(between(31, 40)))).toEqual(['2026.4.30', '2026.4.31']);
  const mended = await play(between(10, 38));
  expect(pair(mended)).toEqual(['2026.4.9', '2026.4.10']);
  expect(pair(await play(between(10, 38), { direction: 'fixed' }))).toEqual(['2026.4.38', '2026.4.39']);
});

test('it gallops two versions at a time, and past an end whose control fails', async () => {
  const running = new Set<string>();
  let beside: string[] = [];
  const prober: BisectOptions['prober'] = {
    probe: async (version) => {
      running.add(version);
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (version === '2026.4.40') beside = [...running];
      running.delete(version);
      return { version, result: between(31, 40)(patch(version), 1), verdict: 'x', seconds: 1 };
    },
    // The newest shows it as well, but nothing works there.
    control: async (version) => {
      const result = patch(version) === 40 ? 'untestable' : 'clean';
      return { version, control: true, result, verdict: 'x', seconds: 1 };
    },
  };
  const found = await play(() => 'clean', { prober });
  expect(pair(found)).toEqual(['2026.4.30', '2026.4.31']);
  expect(found.versions.at(-1)).toBe('2026.4.39');
  expect(beside).toEqual(['2026.4.40', '2026.4.39']);
});

test('that it shows everywhere is said only where the controls are clean', async () => {
  const found = await play(
    () => 'shown',
    {},
    (version) => version > 20,
  );
  expect(found.because).toBe('shown-everywhere');
  expect(found.unproved).toEqual([]);
  expect(found.untestable).toContain('2026.4.1');
  const broken = await play(
    () => 'shown',
    {},
    () => false,
  );
  expect(broken.because).toBe('untestable');
});

test('what is clean everywhere, or shown everywhere, is said', async () => {
  expect(await play(() => 'clean')).toMatchObject({ because: 'clean-everywhere' });
  expect(await play(() => 'shown')).toMatchObject({ because: 'shown-everywhere' });
  const untestable = await play(() => 'untestable');
  expect(untestable.because).toBe('untestable');
  expect(untestable.untestable.length).toBeGreaterThan(3);
  const same = await play(() => 'clean', { good: '2026.4.2', bad: '2026.4.9' });
  expect(same.because).toBe('ends-do-not-differ');
});

test('a good version that shows it and a bad one that does not are told apart from ends that are alike', async () => {
  expect(await play(between(1, 9), { good: '2026.4.2', bad: '2026.4.30' })).toMatchObject({
    because: 'ends-reversed',
  });
});

test('the fix is looked for from the bad version on, and where both ends lie before it, the beginning as well', () => {
  const [good, bad] = ['2026.4.12', '2026.4.14'];
  expect(legsOf({ findFix: false, good, bad })).toEqual([{ direction: 'introduced', good, bad }]);
  expect(legsOf({ findFix: true, good, bad })).toEqual([
    { direction: 'introduced', good, bad },
    { direction: 'fixed', good: undefined, bad },
  ]);
  expect(legsOf({ findFix: true, good: bad, bad: good })).toEqual([
    { direction: 'fixed', good: bad, bad: good },
  ]);
  expect(legsOf({ findFix: true })).toHaveLength(1);
});

test('ends in the wrong order, or that are no part of the line, are a wrong call', async () => {
  const ends = { good: '2026.4.9', bad: '2026.4.2' };
  await expect(play(between(1, 1), ends)).rejects.toMatchObject({ code: 'ENDS_SWAPPED' });
  await expect(play(between(1, 1), { bad: '2026.4.99' })).rejects.toMatchObject({ code: 'NOT_IN_LINE' });
});

test('a version that cannot be tested, or keeps failing, is left out and named', async () => {
  const found = await play(
    (version, attempt) => {
      if (version === 13) return 'untestable';
      if (version === 38) return attempt <= 2 ? 'failed' : 'shown';
      return version >= 14 ? 'shown' : 'clean';
    },
    { good: '2026.4.2', bad: '2026.4.38' },
  );
  expect(pair(found)).toEqual(['2026.4.12', '2026.4.14']);
  expect(found.untestable).toEqual(['2026.4.13']);
  expect(found.why.get('2026.4.13')).toBe('it says why');
  expect(found.probed.filter((version) => version === 38).length).toBeGreaterThanOrEqual(3);
});

test('an answer stands on versions whose controls are clean', async () => {
  const ends = { good: '2026.4.2', bad: '2026.4.38' };
  // 20 to 23 seem to show it, as nothing works there.
  const works = (version: number) => version < 20 || version > 23;
  const seems: Says = (version) => (version >= 30 || !works(version) ? 'shown' : 'clean');
  const found = await play(seems, ends, works);
  expect(pair(found)).toEqual(['2026.4.29', '2026.4.30']);
  expect(found.unproved).toEqual([]);
  for (const version of found.untestable) expect(found.why.get(version)).toBe('its control says so');
  const broken = await play(between(14, 40), ends, (version) => version !== 38);
  expect(broken.untestable).toContain('2026.4.38');
  expect(broken.probed).not.toContain(38);
  expect(pair(broken)).toEqual(['2026.4.13', '2026.4.14']);
});

test('a probe that says nothing is made again only where the controls are clean', async () => {
  const found = await play(
    (version) => (version === 26 ? 'failed' : version >= 14 ? 'shown' : 'clean'),
    { good: '2026.4.2', bad: '2026.4.38' },
    (version) => version !== 26,
  );
  expect(found.probed.filter((version) => version === 26)).toHaveLength(1);
  expect(found.untestable).toContain('2026.4.26');
});

test('what fails ends the search only when all that runs beside it has ended', async () => {
  let running = 0;
  const prober: BisectOptions['prober'] = {
    probe: async (version) => {
      running++;
      await new Promise((resolve) => setTimeout(resolve, version === '2026.4.2' ? 1 : 20));
      running--;
      if (version === '2026.4.2') throw new Error('no space');
      return { version, result: 'shown', verdict: 'x', seconds: 1 };
    },
    control: async (version) => ({ version, control: true, result: 'clean', verdict: 'x', seconds: 1 }),
  };
  const ends = { good: '2026.4.2', bad: '2026.4.9' };
  await expect(play(() => 'clean', { ...ends, prober })).rejects.toThrow('no space');
  expect(running).toBe(0);
});

test('when its time is over it says what it knows', async () => {
  let left = 4;
  const found = await play(between(14, 40), { good: '2026.4.2', bad: '2026.4.40', spent: () => left-- <= 0 });
  expect(found.because).toBe('budget');
  expect(found.answer?.likely.length).toBeGreaterThan(1);
});

test('killed and started again it makes no probe twice and ends the same', async () => {
  const path = join(folder, 'journal.jsonl');
  let made = 0;
  const withJournal = async (kill: number) => {
    const journal = new BisectJournal(path, 'a/b');
    return play(between(14, 40), {
      good: '2026.4.2',
      bad: '2026.4.40',
      prober: {
        probe: async (version, attempt) =>
          journal.get(version, attempt) ??
          once({ version, result: between(14, 40)(patch(version), attempt) }),
        control: async (version) =>
          journal.control(version) ?? once({ version, control: true, result: 'clean' }),
      },
    });
    function once(said: Pick<Probe, 'version' | 'control' | 'result'>): Probe {
      if (made === kill) throw new Error('killed');
      made++;
      const probe = { ...said, verdict: 'x', seconds: 1 };
      journal.add(probe);
      return probe;
    }
  };
  const through = await play(between(14, 40), { good: '2026.4.2', bad: '2026.4.40' });
  await expect(withJournal(2)).rejects.toThrow('killed');
  // The third probe was being written down.
  appendFileSync(path, '{"version":"2026.4.');
  await expect(withJournal(4)).rejects.toThrow('killed');
  const resumed = await withJournal(Number.POSITIVE_INFINITY);
  expect(resumed.answer).toEqual(through.answer);
  expect(made).toBe(through.probed.length + through.controlled.length);
  expect(new BisectJournal(path, 'a/b').size).toBe(through.probed.length);
});

test('a journal that is none is refused with the line', () => {
  const path = join(folder, 'journal.jsonl');
  new BisectJournal(path, 'a/b');
  expect(() => new BisectJournal(path, 'c/d')).toThrow('the journal of a/b');
  writeFileSync(path, `${readFileSync(path, 'utf8')}{"version":1}\n`);
  expect(() => new BisectJournal(path, 'a/b')).toThrow(`${path}:2`);
});
