import { expect, test } from 'vitest';
import { loadLibrary } from '#harness/scenario/library.ts';
import { matches, type Outcome } from '#harness/verdict/judge.ts';
import { measuredOutcomes, sayMeasured, withMeasured } from './outcomes.ts';
import type { Cell } from './result.ts';

const cell = (version: string, outcome: 'clean' | 'reproduced') => ({
  version,
  scenario: 'a/b',
  outcome,
  findings: [],
});

test('says on which versions a scenario was seen to come out how', () => {
  const cells = [cell('2026.4.12', 'clean'), cell('2026.4.14', 'reproduced'), cell('2026.4.15', 'clean')];
  expect(sayMeasured({ cells }, 'a/b')).toEqual([
    'Reproduced on 2026.4.14.',
    'Clean on 2026.4.12, 2026.4.15.',
  ]);
  expect(sayMeasured({ cells }, 'a/c')).toEqual(['Not measured on any version yet.']);
});

test('what is measured now replaces what was measured of it before, and a scenario that is no more goes', () => {
  const result = (...cells: (ReturnType<typeof cell> & { blame?: 'call' })[]) => ({
    schema: 1 as const,
    scenarios: [...new Set(cells.map(({ scenario }) => scenario))].map((name) => ({ name, title: name })),
    versions: [...new Set(cells.map(({ version }) => version))],
    cells,
  });
  const before = result(cell('2026.4.12', 'clean'), cell('2026.4.14', 'clean'), {
    ...cell('2026.4.14', 'clean'),
    scenario: 'a/gone',
  });
  const spoilt = { ...cell('2026.4.12', 'reproduced'), blame: 'call' as const };
  const now = result(cell('2026.4.14', 'reproduced'), spoilt);
  const after = withMeasured(before, now, new Set(['a/b']));
  expect(after).toEqual(result(cell('2026.4.12', 'clean'), cell('2026.4.14', 'reproduced')));
});

test('what was measured is a result of a matrix over scenarios that there are, each with the signature that it names', async () => {
  const { scenarios } = await loadLibrary();
  const known = new Map(scenarios.map((scenario) => [scenario.name, scenario]));
  const { cells } = measuredOutcomes();
  const of = (outcome: Outcome) => cells.filter((cell) => cell.outcome === outcome);
  const decisive = ({ scenario: name, findings }: Cell) => {
    const scenario = known.get(name);
    return scenario ? findings.filter((finding) => matches(scenario, finding)) : [];
  };
  expect(cells.filter(({ scenario }) => !known.has(scenario))).toEqual([]);
  expect(of('clean').length).toBeGreaterThan(100);
  expect(of('clean').filter(({ findings }) => findings.length > 0)).toEqual([]);
  expect(of('reproduced').length).toBeGreaterThan(30);
  expect(of('reproduced').filter((cell) => decisive(cell).length === 0)).toEqual([]);
});
