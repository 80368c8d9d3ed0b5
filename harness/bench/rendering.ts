import { formats, render } from '#reports/formats.ts';
import { longRecord } from '#reports/testing-long-run.ts';

const ROUNDS = 5;

/** Median time to render a run of `events` events in every format, in milliseconds, and the page's size in bytes. */
export function measureRendering(events: number): { ms: number; pageBytes: number } {
  const record = longRecord(events);
  const times = Array.from({ length: ROUNDS }, () => {
    const start = performance.now();
    for (const format of formats) render(format, [record]);
    return performance.now() - start;
  });
  const ms = times.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0;
  return { ms, pageBytes: Buffer.byteLength(render('html', [record])) };
}
