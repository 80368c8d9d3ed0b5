import { readFileSync } from 'node:fs';
import type { Outcome } from '#harness/verdict/judge.ts';
import { type MatrixResult, matrixResult, mergeResults } from './result.ts';

/** The result of `openclaw-repro matrix` over the scenarios, as it was measured. */
export const OUTCOMES = new URL('../../scenarios/outcomes.json', import.meta.url);

/** What was measured of every scenario so far. */
export const measuredOutcomes = (): MatrixResult =>
  matrixResult.parse(JSON.parse(readFileSync(OUTCOMES, 'utf8')));

/**
 * What was measured before and now; a scenario that is no more takes its outcomes with it, and a run that was spoilt by
 * its scenario or the harness has measured nothing. Pure.
 */
export function withMeasured(
  before: MatrixResult,
  now: MatrixResult,
  names: ReadonlySet<string>,
): MatrixResult {
  const { scenarios, cells, ...rest } = mergeResults([
    before,
    { ...now, cells: now.cells.filter(({ blame = 'gateway' }) => blame === 'gateway') },
  ]);
  return {
    ...rest,
    scenarios: scenarios.filter(({ name }) => names.has(name)),
    cells: cells.filter(({ scenario }) => names.has(scenario)),
  };
}

/** On which versions a scenario was seen to come out how; a sentence an outcome. Pure. */
export function sayMeasured({ cells }: Pick<MatrixResult, 'cells'>, scenario: string): string[] {
  const own = cells.filter((cell) => cell.scenario === scenario);
  if (own.length === 0) return ['Not measured on any version yet.'];
  return Object.entries(WORDS).flatMap(([outcome, words]) => {
    const versions = own.filter((cell) => cell.outcome === outcome).map(({ version }) => version);
    return versions.length > 0 ? [`${words} ${versions.join(', ')}.`] : [];
  });
}

const WORDS: { [outcome in Outcome]: string } = {
  reproduced: 'Reproduced on',
  clean: 'Clean on',
  inconclusive: 'Proved nothing on',
  untestable: 'Untestable on',
};
