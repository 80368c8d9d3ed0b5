import { expect, test } from 'vitest';
import { found, sentences } from '#harness/testing/judged.ts';
import { goodTurn, hungTurn, MAIN, the } from '#harness/testing/timeline-of.ts';
import type { EventBody } from '#harness/timeline/events.ts';

const sessions = (status: string, atWork?: boolean): EventBody => ({
  kind: 'chat.sessions',
  sessions: [{ key: MAIN, status, ...(atWork !== undefined && { atWork }) }],
});
const OTHER = 'agent:main:other';

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
  expect(sentences('reply-arrives', [sent, accepted, failed], { expect: 'reply' })).toEqual([
    expect.stringContaining('ended in an error where a reply was due: "Something broke"'),
  ]);
});

test('reply-arrives wants a reply to a message of which that was said, whatever will do for the others', () => {
  const [one, two] = [the(0), the(1)];
  const owed = { ...two.sent, expect: 'reply' as const };
  expect(found('reply-arrives', [one.sent, one.failed, owed, two.failed])).toMatchObject([{ turn: 1 }]);
  expect(found('reply-arrives', [one.sent, one.failed, two.sent, two.failed])).toEqual([]);
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

test('no-ghost-run takes a session for what the page shows, whatever status was left behind', () => {
  expect(found('no-ghost-run', [...goodTurn(0), sessions('running', false)])).toEqual([]);
  expect(found('no-ghost-run', [...goodTurn(0), sessions('running', true)])).toHaveLength(1);
});

test('no-ghost-run passes over sessions that nobody used, and over what was said before the last turn ended', () => {
  const foreign: EventBody = {
    kind: 'chat.sessions',
    sessions: [{ key: 'agent:main:cron', status: 'running' }],
  };
  expect(found('no-ghost-run', [...goodTurn(0), foreign])).toEqual([]);
  expect(found('no-ghost-run', [the(0).sent, sessions('running'), the(0).answered])).toEqual([]);
});
