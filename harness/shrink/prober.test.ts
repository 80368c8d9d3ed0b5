import { expect, test } from 'vitest';
import type { RunRecord } from '#harness/record/record.ts';
import { shows } from './prober.ts';

type Stage = RunRecord['findings'][number]['stage'];

const finding = (check: RunRecord['findings'][number]['check'], stage?: Stage) => ({
  check,
  sentence: 'x',
  evidence: [],
  ...(stage && { stage }),
});
const hang = finding('reply-arrives', 'streaming');
const seen = (outcome: RunRecord['outcome'], ...findings: RunRecord['findings']) => ({
  outcome,
  findings,
  scenario: { regression: [{ check: 'reply-arrives' as const }, { check: 'session-continues' as const }] },
});

test('the same check at the same place is the same regression', () => {
  expect(shows(seen('reproduced', hang), hang)).toBe(true);
  expect(shows(seen('reproduced', finding('gateway-alive'), hang), hang)).toBe(true);
});

test('another place, another check, or one that only comes second is not', () => {
  expect(shows(seen('reproduced', finding('reply-arrives', 'accepted')), hang)).toBe(false);
  expect(shows(seen('reproduced', finding('reply-arrives', 'streaming')), finding('reply-arrives'))).toBe(
    false,
  );
  expect(shows(seen('reproduced', finding('session-continues', 'streaming')), hang)).toBe(false);
  expect(shows(seen('reproduced', finding('session-continues'), hang), hang)).toBe(false);
});

test.each(['clean', 'inconclusive', 'untestable'] as const)(
  '%s shows nothing, whatever was found',
  (outcome) => {
    expect(shows(seen(outcome, hang), hang)).toBe(false);
  },
);
