import { expect, test } from 'vitest';
import { evidence } from '#harness/testing/judged.ts';
import { goodTurn, MAIN } from '#harness/testing/timeline-of.ts';
import { checkIds, standingIds } from './ids.ts';
import { checks, checksFor } from './index.ts';

test('no check finds anything in a healthy run', () => {
  const run = evidence(
    [
      ...goodTurn(0),
      ...goodTurn(1),
      { kind: 'token.redeemed', exchange: 9, presented: 'RT1', result: 'rotated', issued: 'RT2' },
      { kind: 'provider.end', exchange: 9, by: 'provider', how: 'complete' },
      { kind: 'chat.sessions', sessions: [{ key: MAIN, status: 'done' }] },
      { kind: 'gateway.health', ok: true, tookMs: 40 },
      { kind: 'gateway.stopping' },
      { kind: 'gateway.exit', code: null, signal: 'SIGKILL' },
      { kind: 'credentials.stored', profiles: [{ profile: 'openai:default', refresh: 'RT2' }] },
    ],
    { expect: 'reply' },
  );
  expect(checkIds.flatMap((id) => checks[id].judge(run))).toEqual([]);
});

test('a run is judged by the standing checks, and by those that its scenario asks for', () => {
  const ids = (...args: Parameters<typeof checksFor>) => checksFor(...args).map(({ id }) => id);
  expect(ids({ checks: [] })).toEqual([...standingIds]);
  expect(ids({ checks: ['tokens-stored'], regression: [{ check: 'fallback-order' }] })).toEqual([
    ...standingIds,
    'fallback-order',
    'tokens-stored',
  ]);
});
