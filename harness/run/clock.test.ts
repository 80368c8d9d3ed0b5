import { expect, test } from 'vitest';
import { playScript } from '#harness/testing/play-script.ts';
import { ofKind, Timeline } from '#harness/timeline/timeline.ts';
import { CLOCK_FILE, RunClock } from './clock.ts';

const HOUR = 3_600_000;

test('a jump stands in the timeline before the gateway hears of it, and counts for the mocks and the page', async () => {
  const timeline = new Timeline();
  const clock = new RunClock(timeline.record);
  expect(Math.abs(clock.now() - Date.now())).toBeLessThan(1_000);
  const written: unknown[] = [];
  const editFile = async (path: string, edit: (text: undefined) => string) => {
    written.push([path, JSON.parse(edit(undefined)), timeline.events.length]);
  };
  await clock.pass(HOUR, { editFile });
  await clock.pass(1, { editFile });
  const at = expect.any(Number);
  const first = { at, byMs: HOUR };
  expect(written).toEqual([
    [CLOCK_FILE, [first], 1],
    [CLOCK_FILE, [first, { at, byMs: 1 }], 2],
  ]);
  expect(Math.abs(clock.now() - Date.now() - HOUR)).toBeLessThan(1_000);
});

test('lets time pass only in a scenario that asks for it', async () => {
  const fake = { onSend: () => undefined };
  await expect(playScript((page) => page.pass(60), fake)).rejects.toThrow(/needs setup: \{ time/);
  const setup = { time: 'clock-jump' };
  const events = await playScript((page) => page.pass(61), { ...fake, setup });
  expect(events.find(ofKind('clock.jumped'))?.byMs).toBe(61 * 60_000);
});
