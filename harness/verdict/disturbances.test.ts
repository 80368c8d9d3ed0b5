import { expect, test } from 'vitest';
import { parseScenario } from '#harness/scenario/scenario.ts';
import { goodTurn, the, timelineOf } from '#harness/testing/timeline-of.ts';
import type { EventBody, EventOf } from '#harness/timeline/events.ts';
import { disturbancesOf, isWithin } from './disturbances.ts';
import { judge } from './judge.ts';

const step = (name: EventOf<'gateway.step'>['step']): EventBody => ({
  kind: 'gateway.step',
  step: name,
});
const exit: EventBody = { kind: 'gateway.exit', code: null, signal: 'SIGKILL' };
const ready: EventBody = { kind: 'gateway.ready', protocol: 4, attempts: 1, waitedMs: 1 };
const stopping: EventBody = { kind: 'gateway.stopping' };
const scenario = parseScenario('gateway/x', { title: 'x', script: async () => undefined, expect: 'reply' });
const verdictOn = (...bodies: Parameters<typeof timelineOf>) => judge(scenario, timelineOf(...bodies));

test('a disturbance lasts from the step to the recovery', () => {
  const spans = disturbancesOf(
    timelineOf(
      step('pause'),
      step('unpause'),
      step('kill'),
      exit,
      step('restart'),
      ready,
      step('cut-network'),
    ),
  );
  expect(spans).toEqual([
    { from: 1_000, to: 2_000 },
    { from: 3_000, to: 6_000 },
  ]);
  expect(isWithin(spans, 4_000)).toBe(true);
  expect(isWithin(spans, 6_500)).toBe(false);
  expect(isWithin(spans, 6_500, 1_000)).toBe(true);
});

test('a gateway that the script killed is not held against it; one that died afterwards is', () => {
  const restarted = [...goodTurn(0), step('kill'), exit, step('restart'), ready, ...goodTurn(1)];
  expect(verdictOn(...restarted, stopping, exit)).toMatchObject({ outcome: 'clean', findings: [] });
  const died = verdictOn(...restarted, { ...exit, signal: 'SIGSEGV' });
  expect(died).toMatchObject({ outcome: 'reproduced', findings: [{ check: 'gateway-alive' }] });
});

test('a message that the kill found open is interrupted; one that was given up before stays what it was', () => {
  const { sent, accepted, givenUp } = the(0);
  const after = [step('kill'), exit, step('restart'), ready, ...goodTurn(1)];
  expect(verdictOn(sent, accepted, ...after)).toMatchObject({
    outcome: 'clean',
    verdict: '1 of 2 messages answered, 1 interrupted by the script, 1 provider request.',
  });
  expect(verdictOn(sent, accepted, givenUp, ...after).outcome).toBe('reproduced');
});

test('an upgrade ends the gateway as a restart does', () => {
  const { sent, accepted } = the(0);
  expect(
    verdictOn(sent, accepted, step('upgrade'), { ...exit, signal: 'SIGTERM' }, ready, ...goodTurn(1)),
  ).toMatchObject({
    outcome: 'clean',
    verdict: '1 of 2 messages answered, 1 interrupted by the script, 1 provider request.',
  });
});

test('health that comes late because of a pause is not held against the gateway', () => {
  const health = (tookMs: number): EventBody => ({ kind: 'gateway.health', ok: true, tookMs });
  const late = [...goodTurn(0), step('pause'), step('unpause'), health(90_000)];
  expect(verdictOn(...late).outcome).toBe('clean');
  expect(verdictOn(...goodTurn(0), health(90_000)).outcome).toBe('reproduced');
});

test('running out of memory is the gateway’s own end, another SIGKILL somebody else’s', () => {
  expect(verdictOn(...goodTurn(0), exit).outcome).toBe('inconclusive');
  const own = verdictOn(...goodTurn(0), {
    kind: 'gateway.exit',
    code: null,
    signal: 'SIGKILL',
    outOfMemory: true,
  });
  expect(own).toMatchObject({ outcome: 'reproduced', verdict: expect.stringContaining('out of memory') });
});
