import { expect, test } from 'vitest';
import { found, sentences } from '#harness/testing/judged.ts';
import type { EventBody } from '#harness/timeline/events.ts';

const log = (message: string, leaks?: string[]): EventBody => ({
  kind: 'gateway.log',
  stream: 'stderr',
  message,
  ...(leaks && { leaks }),
});
const exit: EventBody = { kind: 'gateway.exit', code: null, signal: 'SIGKILL' };
const stopping: EventBody = { kind: 'gateway.stopping' };

test('gateway-alive finds a death, a deaf gateway and an unhandled rejection, but not the stop', () => {
  expect(found('gateway-alive', [stopping, exit])).toEqual([]);
  expect(sentences('gateway-alive', [exit, stopping])).toEqual([
    expect.stringContaining('ended by itself (SIGKILL)'),
  ]);
  const health = (ok: boolean, tookMs: number): EventBody => ({ kind: 'gateway.health', ok, tookMs });
  expect(found('gateway-alive', [health(true, 30_000)])).toEqual([]);
  expect(found('gateway-alive', [health(true, 30_001)])).toHaveLength(1);
  expect(found('gateway-alive', [health(false, 5)])).toHaveLength(1);
  expect(found('gateway-alive', [{ kind: 'gateway.stopping' }, health(false, 5)])).toEqual([]);
  expect(found('gateway-alive', [log('[openclaw] Unhandled promise rejection: x')])).toHaveLength(1);
});

test('gateway-alive does not take a line about a handler for a rejection', () => {
  expect(found('gateway-alive', [log('installed unhandledRejection handler')])).toEqual([]);
});

test('no-secret-shown finds a token in the log', () => {
  expect(found('no-secret-shown', [log('fine')])).toEqual([]);
  expect(sentences('no-secret-shown', [log('token <RT1>', ['RT1'])])).toEqual(['the log shows RT1']);
});
