import { setImmediate as tick } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Starts } from './starts.ts';

const { signal } = new AbortController();
const settle = async () => {
  for (let round = 0; round < 5; round++) await tick();
};

/** Four pieces of work on two cores, whose idleness the test decides. */
function fourOnTwo() {
  const asked: ((idle: number) => void)[] = [];
  const starts = new Starts({
    cores: 2,
    idleCores: () => new Promise((resolve) => asked.push(resolve)),
  });
  const started: number[] = [];
  const ends = [0, 1, 2, 3].map((index) => {
    const work = Promise.withResolvers<void>();
    const done = starts.run(signal, () => {
      started.push(index);
      return work.promise;
    });
    return { end: work.resolve, done };
  });
  return { asked, started, ends };
}

test('as many start at once as there are cores; a further one once a core is idle, and then one at a time', async () => {
  const { asked, started } = fourOnTwo();
  await settle();
  expect(started).toEqual([0, 1]);
  asked[0]?.(0.4);
  await settle();
  expect(started).toEqual([0, 1]);
  asked[1]?.(1.2);
  await settle();
  expect(started).toEqual([0, 1, 2]);
  expect(asked).toHaveLength(3);
});

test('with a core’s worth of them over, the next one is not kept waiting for idleness', async () => {
  const { asked, started, ends } = fourOnTwo();
  await settle();
  ends[0]?.end();
  await ends[0]?.done;
  asked[0]?.(0);
  await settle();
  expect(started).toEqual([0, 1, 2]);
});

test('one that waits is told when all is to stop, and one that fails makes room', async () => {
  const stop = new AbortController();
  const starts = new Starts({
    cores: 1,
    idleCores: async (one) => {
      one.throwIfAborted();
      return 0;
    },
  });
  const failing = Promise.withResolvers<void>();
  const first = starts.run(stop.signal, () => failing.promise);
  const second = starts.run(stop.signal, async () => 'ran');
  failing.reject(new Error('no'));
  await expect(first).rejects.toThrow('no');
  await expect(second).resolves.toBe('ran');
  const third = starts.run(stop.signal, () => new Promise(() => undefined));
  third.catch(() => undefined);
  const waiting = starts.run(stop.signal, async () => 'ran');
  stop.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
});
