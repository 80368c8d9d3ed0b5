import type { RunRecord } from '#harness/record/record.ts';
import { goodTurn, hungTurn, timelineOf } from '#harness/testing/timeline-of.ts';
import type { EventBody } from '#harness/timeline/events.ts';
import { recordOfHang } from './testing.ts';

/** A record of `count` events, most of them log lines as long as a gateway's; the last turn hangs. */
export function longRecord(count: number): RunRecord {
  const line = (number: number): EventBody => ({
    kind: 'gateway.log',
    stream: 'stdout',
    level: 'info',
    subsystem: 'agent/embedded',
    message: `embedded run ${number}: ${'tool call, then a piece of the reply; '.repeat(4)}`,
    fields: { run: number, lane: 'main' },
  });
  const bodies: EventBody[] = [
    { kind: 'gateway.started', version: '2026.4.14', node: '24.0.0', pid: 1, port: 1 },
    { kind: 'gateway.ready', protocol: 3, attempts: 1, waitedMs: 1_000 },
  ];
  for (let turn = 0; bodies.length < count - 400; turn++) {
    bodies.push(...goodTurn(turn), ...Array.from({ length: 180 }, (_, number) => line(number)));
  }
  const turns = bodies.filter(({ kind }) => kind === 'turn.sent').length;
  bodies.push(...hungTurn(turns));
  while (bodies.length < count) bodies.push(line(bodies.length));
  const timeline = timelineOf(...bodies);
  const evidence = timeline.filter((event) => 'turn' in event && event.turn === turns).map(({ seq }) => seq);
  const findings = [{ check: 'reply-arrives' as const, sentence: 'the last turn never ended', evidence }];
  return recordOfHang({ timeline, findings });
}
