import { expect, test } from 'vitest';
import type { Scenario } from '#harness/scenario.ts';
import { goodTurn, hungTurn, MAIN, the, timelineOf } from '#harness/testing/timeline-of.ts';
import type { EventBody } from '#harness/timeline/events.ts';
import { evidenceOf } from './check.ts';
import type { CheckId } from './ids.ts';
import { standingChecks } from './index.ts';

const budgets = { turnMs: 60_000, quietMs: 5_000, healthMs: 30_000, attempts: 3 };
const OTHER = 'agent:main:other';

function found(
  id: CheckId,
  events: Parameters<typeof timelineOf>,
  expect: Scenario['expect'] = 'reply-or-error',
) {
  const check = standingChecks.find((one) => one.id === id);
  return check?.judge(evidenceOf(timelineOf(...events), { budgets, expect })) ?? [];
}
const sentences = (...args: Parameters<typeof found>) => found(...args).map(({ sentence }) => sentence);

const redeemed = (presented: string, result: 'rotated' | 'reused' | 'unanswered' | 'refused'): EventBody => ({
  kind: 'token.redeemed',
  exchange: 9,
  presented,
  result,
});
const sessions = (status: string): EventBody => ({
  kind: 'chat.sessions',
  sessions: [{ key: MAIN, status }],
});
const log = (message: string, leaks?: string[]): EventBody => ({
  kind: 'gateway.log',
  stream: 'stderr',
  message,
  ...(leaks && { leaks }),
});
const exit: EventBody = { kind: 'gateway.exit', code: null, signal: 'SIGKILL' };
const stopping: EventBody = { kind: 'gateway.stopping' };

test('no check finds anything in a healthy run', () => {
  const events = timelineOf(
    ...goodTurn(0),
    ...goodTurn(1),
    redeemed('RT1', 'rotated'),
    sessions('done'),
    { kind: 'gateway.health', ok: true, tookMs: 40 },
    stopping,
    exit,
  );
  const evidence = evidenceOf(events, { budgets, expect: 'reply' });
  expect(standingChecks.flatMap((check) => check.judge(evidence))).toEqual([]);
});

test('reply-arrives reports a hang when the last delta is never followed by a final, with its stage and proof', () => {
  const [finding, ...more] = found('reply-arrives', hungTurn(0));
  expect(more).toEqual([]);
  expect(finding).toMatchObject({ stage: 'streaming', turn: 0, evidence: [0, 1, 2, 3, 4, 5] });
  expect(finding?.sentence).toContain('never ended: it stopped at "streaming"');
  expect(finding?.sentence).toContain('the gateway called its run ended (ok)');
});

test('reply-arrives takes an error that the user sees for an end, but not where a reply was due', () => {
  const { sent, accepted, failed } = the(0);
  expect(found('reply-arrives', [sent, accepted, failed])).toEqual([]);
  expect(sentences('reply-arrives', [sent, accepted, failed], 'reply')).toEqual([
    expect.stringContaining('ended in an error where a reply was due: "Something broke"'),
  ]);
});

test('reply-arrives says in which tab a reply showed and in which it never did', () => {
  const { sent, accepted, answered, givenUp } = the(0);
  const [finding] = found('reply-arrives', [{ ...sent, tabs: [1, 2] }, accepted, answered, givenUp]);
  expect(finding?.sentence).toContain('ended in tab 1 of the page and never in tab 2');
  expect(finding?.evidence).toEqual([0, 1, 2, 3]);
});

test('reply-arrives holds a piece of a reply and a late reply against the gateway', () => {
  const { sent, accepted, partial, answered } = the(0);
  expect(sentences('reply-arrives', [sent, accepted, partial])).toEqual([
    expect.stringContaining('a piece of the reply'),
  ]);
  expect(sentences('reply-arrives', [sent, accepted, { wait: 61_000 }, answered])).toEqual([
    expect.stringContaining('ended only after 63.0 s'),
  ]);
});

test('reply-arrives forgives a wait that was given up too early when the answer came all the same', () => {
  expect(found('reply-arrives', [...hungTurn(0), the(0).answered])).toEqual([]);
});

test('session-continues speaks only of messages after the first one of a session', () => {
  expect(found('session-continues', hungTurn(0))).toEqual([]);
  expect(found('session-continues', [...goodTurn(0), ...hungTurn(1)])).toMatchObject([{ turn: 1 }]);
  expect(found('session-continues', [...goodTurn(0), ...hungTurn(1, OTHER)])).toEqual([]);
});

test('others-unharmed finds a second session that is drawn in', () => {
  expect(found('others-unharmed', [...hungTurn(0), ...goodTurn(1, OTHER)])).toEqual([]);
  expect(found('others-unharmed', [...hungTurn(0), ...hungTurn(1, OTHER)])).toMatchObject([{ turn: 1 }]);
});

test('no-ghost-run looks at what the gateway says last', () => {
  expect(found('no-ghost-run', [...goodTurn(0), sessions('running'), sessions('done')])).toEqual([]);
  expect(sentences('no-ghost-run', [...goodTurn(0), sessions('running')])).toEqual([
    `the gateway still calls ${MAIN} running after all turns have ended`,
  ]);
});

test('refresh-discipline finds a token that is posted again after an answer', () => {
  expect(sentences('refresh-discipline', [redeemed('RT1', 'reused'), redeemed('RT1', 'reused')])).toContain(
    'the refresh token RT1 was posted 2 times (answers: reused, reused)',
  );
  expect(
    found('refresh-discipline', [the(0).sent, redeemed('RT1', 'unanswered'), redeemed('RT1', 'rotated')]),
  ).toEqual([]);
  expect(found('refresh-discipline', [the(0).sent, redeemed('RT1', 'reused')])).toEqual([]);
});

test('refresh-discipline finds several refreshes for one turn, and refreshes while nobody asks', () => {
  const twice = [the(0).sent, redeemed('RT1', 'rotated'), redeemed('RT2', 'rotated')];
  expect(sentences('refresh-discipline', twice)).toEqual([
    expect.stringContaining('used up 2 refresh tokens (RT1, RT2)'),
  ]);
  const idle = [...goodTurn(0), redeemed('RT1', 'refused'), redeemed('RT2', 'reused')];
  expect(sentences('refresh-discipline', idle)).toContainEqual(
    expect.stringContaining('while nobody was asking'),
  );
});

test('bounded-attempts counts the requests for one message', () => {
  const { sent, reached } = the(0);
  expect(found('bounded-attempts', [sent, reached, reached, reached])).toEqual([]);
  expect(sentences('bounded-attempts', [sent, reached, reached, reached, reached])).toEqual([
    expect.stringContaining('cost 4 provider requests; the budget is 3'),
  ]);
});

test('gateway-alive finds a death, a deaf gateway and an unhandled rejection, but not the stop', () => {
  expect(found('gateway-alive', [stopping, exit])).toEqual([]);
  expect(sentences('gateway-alive', [exit, stopping])).toEqual([
    expect.stringContaining('ended by itself (SIGKILL)'),
  ]);
  const health = (ok: boolean, tookMs: number): EventBody => ({ kind: 'gateway.health', ok, tookMs });
  expect(found('gateway-alive', [health(true, 30_000)])).toEqual([]);
  expect(found('gateway-alive', [health(true, 30_001)])).toHaveLength(1);
  expect(found('gateway-alive', [health(false, 5)])).toHaveLength(1);
  expect(found('gateway-alive', [log('[openclaw] Unhandled promise rejection: x')])).toHaveLength(1);
});

test('no-secret-shown finds a token in the log', () => {
  expect(found('no-secret-shown', [log('fine')])).toEqual([]);
  expect(sentences('no-secret-shown', [log('token <RT1>', ['RT1'])])).toEqual(['the log shows RT1']);
});

test('refresh-discipline forgives a second post when the answer to the first was cut', () => {
  const cut: EventBody = { kind: 'provider.end', exchange: 9, by: 'provider', how: 'fin' };
  const again: EventBody = { kind: 'token.redeemed', exchange: 10, presented: 'RT1', result: 'reused' };
  expect(found('refresh-discipline', [the(0).sent, redeemed('RT1', 'rotated'), cut, again])).toEqual([]);
});

test('refresh-discipline does not say for which of two open turns a refresh was made', () => {
  const open = [the(0).sent, the(1, OTHER).sent, redeemed('RT1', 'rotated'), redeemed('RT2', 'rotated')];
  expect(found('refresh-discipline', open)).toEqual([]);
});

test('no-ghost-run passes over sessions that nobody used, and over what was said before the last turn ended', () => {
  const foreign: EventBody = {
    kind: 'chat.sessions',
    sessions: [{ key: 'agent:main:cron', status: 'running' }],
  };
  expect(found('no-ghost-run', [...goodTurn(0), foreign])).toEqual([]);
  expect(found('no-ghost-run', [the(0).sent, sessions('running'), the(0).answered])).toEqual([]);
});

test('gateway-alive does not take a line about a handler for a rejection', () => {
  expect(found('gateway-alive', [log('installed unhandledRejection handler')])).toEqual([]);
});

test('refresh-discipline does not blame the gateway for what was redeemed while its credentials were migrated', () => {
  const migrated: EventBody = { kind: 'gateway.migrated' };
  const before = [redeemed('RT1', 'rotated'), redeemed('RT1', 'reused'), redeemed('RT2', 'rotated')];
  expect(found('refresh-discipline', [...before, migrated, ...goodTurn(0)])).toEqual([]);
  expect(found('refresh-discipline', [migrated, ...before])).not.toEqual([]);
});
