import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RunRecord } from '#harness/record/record.ts';
import { the, timelineOf } from '#harness/testing/timeline-of.ts';
import { scriptJson } from '../html-text.ts';
import { recordOfHang } from '../testing.ts';
import { longRecord } from '../testing-long-run.ts';
import { pageFor, runPage } from './page.ts';
import { sceneOf } from './scene.ts';
import { bounds, firstFrom, look, pan, view, zoom } from './view.mjs';

const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('</script>', '<!--', '<script>', '"', "'", '\u2028', '&'),
    ),
  )
  .map((parts) => parts.join(''));

test('data in the page is the same data, and cannot end its element', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const json = scriptJson({ text });
      expect(json).not.toMatch(/[<>&\u2028\u2029]/);
      expect(JSON.parse(json)).toEqual({ text });
    }),
  );
});

test('the page holds no markup but its own, and asks nobody for anything', () => {
  const shape = (page: string) => page.match(/<[a-z!/][^\s>]*/gi)?.join(' ');
  const calm = runPage(recordOfHang({ verdict: 'x', seed: 'x', platform: 'x' }));
  fc.assert(
    fc.property(hostile, (text) => {
      const page = runPage(recordOfHang({ verdict: text, seed: text, platform: text }));
      expect(shape(page)).toBe(shape(calm));
      expect(page).not.toMatch(/(src|href)=|url\(|@import|https?:/);
    }),
    { numRuns: 50 },
  );
  expect(calm).toMatch(/content="default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'/);
});

test('two runs of one scenario stand side by side, the good one beside the bad', () => {
  const clean = recordOfHang({ outcome: 'clean', findings: [] });
  const pairs: [RunRecord, ...RunRecord[]][] = [
    [clean, recordOfHang()],
    [recordOfHang(), clean, recordOfHang()],
  ];
  for (const records of pairs) expect(pageFor(records).match(/<section class="run /g)).toHaveLength(2);
  const other = recordOfHang({ scenario: { ...clean.scenario, name: 'control/x' } });
  expect(pageFor([recordOfHang(), other]).match(/<section class="run /g)).toHaveLength(1);
});

test('a scene shows the silence, what was asked, and which turn all of it belongs to', () => {
  const { sent, reached, runEnded, givenUp } = the(0);
  const timeline = timelineOf(
    sent,
    reached,
    { kind: 'provider.fault', exchange: 0, fault: 'silence' },
    { kind: 'provider.end', exchange: 0, by: 'gateway', how: 'closed' },
    runEnded,
    { wait: 20_000 },
    givenUp,
  );
  const { spans, events, lanes } = sceneOf(recordOfHang({ timeline }), 1e6);
  expect(spans.map(({ lane, says, from, to }) => [lanes[lane], says, from, to])).toEqual([
    ['chat', 'turn 1: never ended', 1_000, 5_000],
    ['chat', '21.0 s: no reply, no error', 5_000, 26_000],
    ['codex', 'turn: silence', 2_000, 4_000],
  ]);
  expect(events.every(([, , turn]) => turn === 0)).toBe(true);
});

test('what comes late belongs to the turn that it names, the rest to the turn sent last', () => {
  const [first, second] = [the(0), the(1)];
  const log = { kind: 'gateway.log', stream: 'stdout', message: 'x' } as const;
  const late = { ...first.reached, exchange: 9 };
  const timeline = timelineOf(log, first.sent, first.accepted, second.sent, first.streaming, late, log);
  const { events } = sceneOf(recordOfHang({ timeline, findings: [] }), 1e6);
  expect(events.map(([, , turn]) => turn)).toEqual([-1, 0, 0, 1, 0, 0, 1]);
});

test('a long run loses the ends of its texts before it loses events, and never what proves something', () => {
  const record = longRecord(10_000);
  const whole = sceneOf(record, 4_000_000);
  expect(whole.left).toBe(0);
  expect(JSON.stringify(whole).length).toBeLessThan(4_000_000);
  const huge = sceneOf(longRecord(40_000), 4_000_000);
  expect(huge.events.length + huge.left).toBe(40_000);
  expect(huge.findings[0]?.events).toHaveLength(longRecord(40_000).findings[0]?.evidence.length ?? -1);
});

test('zoom and pan stay within the run', () => {
  bounds.from = 0;
  bounds.to = 1_000;
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.boolean(), fc.double({ min: 0.01, max: 5, noNaN: true }), fc.nat(1_000))),
      (moves) => {
        look(0, 1_000);
        for (const [isZoom, by, at] of moves) {
          if (isZoom) zoom(by, view.from + (at / 1_000) * (view.to - view.from));
          else pan(by - 2.5);
          expect(view.from).toBeGreaterThanOrEqual(-1e-6);
          expect(view.to).toBeLessThanOrEqual(1_000 + 1e-6);
          expect(view.to - view.from).toBeGreaterThan(4.9);
        }
      },
    ),
  );
});

test('finds the first event that is not before a time', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(100)), fc.nat(100), (times, at) => {
      const events = times.toSorted((a, b) => a - b).map((time) => ({ at: time }));
      expect(firstFrom(events, at)).toBe(events.filter((event) => event.at < at).length);
    }),
  );
});
