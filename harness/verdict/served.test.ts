import { expect, test } from 'vitest';
import { timelineOf } from '#harness/testing/timeline-of.ts';
import type { EventBody } from '#harness/timeline/events.ts';
import { servedMs, waitedMs } from './served.ts';

const cpu = (waitedMs: number): EventBody => ({ kind: 'gateway.cpu', overMs: 1_000, ranMs: 0, waitedMs });

test('counts what the gateway waited for a core, of a window that is half inside by half', () => {
  const events = timelineOf(cpu(400), cpu(1_000), { kind: 'gateway.stopping' }, cpu(200));
  expect(waitedMs(events, 0, 4_000)).toBe(1_600);
  expect(waitedMs(events, 500, 1_500)).toBe(700);
  expect(servedMs(events, 1_000, 3_000)).toBe(1_000);
});

test('where nothing was measured, all time was served', () => {
  expect(servedMs(timelineOf({ kind: 'gateway.stopping' }), 100, 900)).toBe(800);
});
