import { expect, test } from 'vitest';
import { parseScenario } from '#harness/scenario/scenario.ts';
import { goodTurn, hungTurn, the, timelineOf } from '#harness/testing/timeline-of.ts';
import type { EventBody } from '#harness/timeline/events.ts';
import { judge } from '../judge.ts';

const scenario = parseScenario('operations/x', {
  title: 'x',
  setup: { upgradeFrom: '2026.4.12' },
  expect: 'reply',
  script: async () => undefined,
});
const upgrade: EventBody[] = [
  { kind: 'gateway.step', step: 'upgrade', detail: '2026.4.12 to 2026.9.6' },
  { kind: 'gateway.exit', code: 0, signal: null },
  { kind: 'gateway.ready', protocol: 4, attempts: 1, waitedMs: 1 },
];
const verdictOn = (...events: EventBody[]) => judge(scenario, timelineOf(...events));

test('what goes wrong after the upgrade is held against the version under test', () => {
  expect(verdictOn(...goodTurn(0), ...upgrade, ...hungTurn(1)).outcome).toBe('reproduced');
  expect(verdictOn(...goodTurn(0), ...upgrade, ...goodTurn(1)).outcome).toBe('clean');
});

test('a token that the older version used up and the newer one posts again is held against the newer one', () => {
  const redeemed = (exchange: number, result: 'rotated' | 'reused'): EventBody[] => [
    { kind: 'token.redeemed', exchange, presented: 'RT1', result },
  ];
  const run = verdictOn(
    ...redeemed(8, 'rotated'),
    ...goodTurn(0),
    ...upgrade,
    ...redeemed(9, 'reused'),
    ...goodTurn(1),
  );
  expect(run).toMatchObject({ outcome: 'reproduced', findings: [{ check: 'refresh-discipline' }] });
});

test('what went wrong before it is not, whatever came then', () => {
  const early = verdictOn(...hungTurn(0), ...upgrade, ...hungTurn(1));
  expect(early.outcome).toBe('inconclusive');
  expect(early.verdict).toMatch(/^Already before the upgrade, on openclaw 2026\.4\.12: turn 1 /);
});

test('a conversation that the upgrade handed to a program which nobody imitates accuses nobody', () => {
  const { sent, accepted, failed } = the(1);
  const ended = (error: string) =>
    verdictOn(...goodTurn(0), ...upgrade, sent, accepted, { ...failed, error });
  const gone = ended('Agent harness runtime "codex" is unavailable. Run "openclaw doctor --fix".');
  expect(gone).toMatchObject({ outcome: 'inconclusive', verdict: expect.stringContaining('app-server') });
  expect(ended('Agent failed before reply').outcome).toBe('reproduced');
});

test('a run that never came to the upgrade proves nothing', () => {
  for (const turn of [goodTurn(0), hungTurn(0)])
    expect(verdictOn(...turn)).toMatchObject({
      outcome: 'inconclusive',
      verdict: 'The gateway was not upgraded: all that was seen is openclaw 2026.4.12.',
    });
});
