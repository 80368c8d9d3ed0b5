import { expect, test } from 'vitest';
import { parseScenario, type Scenario } from '#harness/scenario/scenario.ts';
import { goodTurn, hungTurn, the, timelineOf } from '#harness/testing/timeline-of.ts';
import type { EventBody } from '#harness/timeline/events.ts';
import { judge } from '../judge.ts';

type Bodies = Parameters<typeof timelineOf>;
const judged = (name: string, changes: Partial<Scenario>, ...events: Bodies) =>
  judge(
    parseScenario(name, { title: 'x', script: async () => undefined, ...changes }),
    timelineOf(...events),
  );
/** For `overMs` the gateway waited for a core for a share of it. */
const busy = (overMs: number, share: number): Bodies => [
  { wait: overMs - 1_000 },
  { kind: 'gateway.cpu', overMs, ranMs: 0, waitedMs: share * overMs },
];
const { sent, accepted, reached, answered, failed, givenUp, runEnded } = the(0);

test('a budget counts only the time in which the gateway had a core when it wanted one', () => {
  const late = (share: number) =>
    judged('stream/x', {}, sent, accepted, ...busy(220_000, share), answered, runEnded);
  expect(late(0.3).outcome).toBe('clean');
  expect(late(0)).toMatchObject({ outcome: 'inconclusive', doubt: 'only-slow' });
  expect(late(0).verdict).toBe(
    'Slow, but no hang: turn 1 (agent:main:main) ended only after 222.0 s; its budget is 180.0 s.',
  );
});

test('a control that is slow is clean: the set-up works', () => {
  const slow: Bodies = [sent, accepted, reached, { wait: 200_000 }, answered, runEnded];
  expect(judged('control/x', {}, ...slow).outcome).toBe('clean');
});

test('slowness is not the regression of a scenario, a hang beside it is', () => {
  const regression = [{ check: 'reply-arrives' as const }];
  const slow: Bodies = [sent, accepted, { wait: 200_000 }, answered, runEnded];
  expect(judged('stream/x', { regression }, ...slow)).toMatchObject({ doubt: 'only-slow' });
  expect(judged('stream/x', { regression }, ...slow, ...hungTurn(1)).outcome).toBe('reproduced');
});

test('an error on a machine that gave the gateway no core accuses nobody; at rest it does', () => {
  const ended = (share: number) =>
    judged('stream/x', { expect: 'reply' }, sent, accepted, ...busy(40_000, share), failed);
  expect(ended(0.61)).toMatchObject({ outcome: 'inconclusive', doubt: 'machine-busy' });
  expect(ended(0.61).verdict).toMatch(
    /^This machine was too busy: the gateway waited for a core \d\d % of [\d.]+ s; run with --jobs 1, or close/,
  );
  expect(ended(0.1).outcome).toBe('reproduced');
});

test('a hang that the gateway itself has proved stays one, whatever the machine did', () => {
  const hang: EventBody[] = [sent, accepted, reached, runEnded];
  expect(judged('stream/x', {}, ...hang, ...busy(40_000, 0.6), givenUp).outcome).toBe('reproduced');
  const budget = { ...givenUp, because: 'budget' } as const;
  expect(judged('stream/x', {}, ...hang, ...busy(40_000, 0.6), budget)).toMatchObject({
    doubt: 'machine-busy',
  });
});

test('a token that is posted twice was posted twice at any speed', () => {
  const redeemed = (exchange: number, result: 'rotated' | 'reused'): EventBody[] => [
    { kind: 'token.redeemed', exchange, presented: 'RT1', result },
  ];
  const run = judged(
    'oauth/x',
    {},
    ...redeemed(8, 'rotated'),
    ...busy(60_000, 0.9),
    ...redeemed(9, 'reused'),
    ...goodTurn(0),
  );
  expect(run).toMatchObject({ outcome: 'reproduced', findings: [{ check: 'refresh-discipline' }] });
});

test('a control that fails for the machine’s sake says nothing of the version', () => {
  const control = (share: number) =>
    judged('control/x', {}, sent, accepted, reached, ...busy(40_000, share), failed);
  expect(control(0.6)).toMatchObject({ outcome: 'inconclusive', doubt: 'machine-busy' });
});

test('an answer for its health is late only by the time in which the gateway could give it', () => {
  const health = { kind: 'gateway.health', ok: true, tookMs: 90_000 } as const;
  expect(judged('stream/x', {}, ...busy(90_000, 0.5), health, ...goodTurn(0)).outcome).toBe('clean');
  expect(judged('stream/x', {}, ...busy(90_000, 0), health, ...goodTurn(0)).outcome).toBe('reproduced');
});
