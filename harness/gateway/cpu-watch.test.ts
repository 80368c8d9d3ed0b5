import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { threadTimes } from '#harness/base/processes.ts';
import type { EventBody } from '#harness/timeline/events.ts';
import { Timeline } from '#harness/timeline/timeline.ts';
import { watchCpu } from './cpu-watch.ts';

/** What is written down of a gateway whose threads count on by so much in each window. */
async function watched(...threads: { ran: number; waited: number }[]): Promise<EventBody[]> {
  const timeline = new Timeline();
  let windows = 0;
  const read = () => {
    const times = threads.map(({ ran, waited }) => ({ ran: ran * windows, waited: waited * windows }));
    windows++;
    return new Map(times.map((one, index) => [String(index), one]));
  };
  using _watch = watchCpu('', timeline.record, { processes: () => [], read, windowMs: 40 });
  await sleep(60);
  return [...timeline.events];
}

test('tells of the thread that waited most, and of the one that ran most', async () => {
  const [event] = await watched({ ran: 30, waited: 2 }, { ran: 3, waited: 9 });
  expect(event).toMatchObject({ kind: 'gateway.cpu', ranMs: 30, waitedMs: 9 });
});

test('a gateway that is at rest is not worth a word', async () => {
  expect(await watched({ ran: 1, waited: 1 })).toEqual([]);
});

test('where no thread can be seen, the delay of our own timers stands in for it', async () => {
  const timeline = new Timeline();
  using _watch = watchCpu('', timeline.record, { processes: () => [], read: () => new Map(), windowMs: 40 });
  for (const until = Date.now() + 200; Date.now() < until; );
  await sleep(20);
  const [event] = timeline.events;
  expect(event).toMatchObject({ kind: 'gateway.cpu', ranMs: 0, by: 'harness' });
  expect(event?.kind === 'gateway.cpu' && event.waitedMs).toBeGreaterThan(100);
});

test('nobody waits for longer than there was', async () => {
  const [event] = await watched({ ran: 0, waited: 5_000 });
  expect(event).toMatchObject({ waitedMs: event?.kind === 'gateway.cpu' ? event.overMs : -1 });
});

test.runIf(process.platform === 'linux')('the system tells that a thread which spins runs', async () => {
  const most = () => Math.max(...[...threadTimes([process.pid]).values()].map(({ ran }) => ran));
  const before = most();
  const spinning = new Worker('for (;;);', { eval: true });
  await sleep(700);
  await spinning.terminate();
  expect(before).toBeGreaterThan(0);
  expect(threadTimes([process.pid]).size).toBeGreaterThan(0);
  expect(threadTimes([2 ** 30])).toEqual(new Map());
});
