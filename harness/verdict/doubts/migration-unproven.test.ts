import { expect, test } from 'vitest';
import { parseScenario } from '#harness/scenario/scenario.ts';
import { evidence } from '#harness/testing/judged.ts';
import { goodTurn } from '#harness/testing/timeline-of.ts';
import type { EventBody } from '#harness/timeline/events.ts';
import { migrationUnproven } from './migration-unproven.ts';

const redeemed = (presented: string, result: 'rotated' | 'reused'): EventBody => ({
  kind: 'token.redeemed',
  exchange: 9,
  presented,
  result,
});
const ofXai = (redeemed: EventBody): EventBody[] => [
  {
    kind: 'provider.request',
    exchange: 8,
    provider: 'xai-auth',
    method: 'POST',
    path: '/oauth2/token',
    purpose: 'refresh',
  },
  { ...redeemed, exchange: 8 } as EventBody,
];
const migrated: EventBody = { kind: 'gateway.migrated' };
const upgrade: EventBody = { kind: 'gateway.step', step: 'upgrade' };
const said = (...events: EventBody[]) =>
  migrationUnproven.raise({
    scenario: parseScenario('oauth/x', { title: 'x', script: async () => undefined }),
    evidence: evidence([...events, ...goodTurn(0)]),
    results: [],
    findings: [],
    decisive: undefined,
  });

test('nothing is held against a gateway that was given a token which its doctor had used up and not replaced', () => {
  expect(said(redeemed('RT1', 'rotated'), migrated, redeemed('RT1', 'reused'))).toBe(
    '`doctor` used RT1 up before the start, and did not keep what it got for it',
  );
  expect(said(redeemed('RT1', 'rotated'), migrated, redeemed('RT2', 'rotated'))).toBeUndefined();
  expect(said(redeemed('RT1', 'rotated'), redeemed('RT1', 'reused'))).toBeUndefined();
  expect(
    said(
      redeemed('RT1', 'rotated'),
      migrated,
      ...ofXai(redeemed('XRT1', 'rotated')),
      redeemed('RT1', 'reused'),
    ),
  ).toContain('RT1');
});

test('a gateway that first used the token it was given, and then an older one, is held to that', () => {
  const kept = [redeemed('RT1', 'rotated'), migrated, redeemed('RT2', 'rotated'), redeemed('RT1', 'reused')];
  expect(said(...kept)).toBeUndefined();
});

test('a token that the version before an upgrade has used up is no fault of the doctor that comes after', () => {
  const before = redeemed('RT1', 'rotated');
  expect(said(migrated, before, upgrade, migrated, redeemed('RT1', 'reused'))).toBeUndefined();
  expect(said(upgrade, before, migrated, redeemed('RT1', 'reused'))).toContain('RT1');
});
