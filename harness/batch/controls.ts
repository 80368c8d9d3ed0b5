import { EXIT_CODE, exitCodes } from '#harness/base/error.ts';
import type { Blame } from '#harness/base/error-codes.ts';
import type { RunRecord } from '#harness/record/record.ts';
import type { Library } from '#harness/scenario/library.ts';
import { select } from '#harness/scenario/library.ts';
import type { Scenario } from '#harness/scenario/scenario.ts';
import { type Outcome, providersOf } from '#harness/verdict/judge.ts';
import { isControl } from '#harness/verdict/rules.ts';

/** Adds the controls of the providers that the scenarios use: without them no result counts. */
export function withControls(scenarios: readonly Scenario[], library: Library): Scenario[] {
  const tried = scenarios.filter(({ name }) => !isControl(name));
  const needed = new Set(tried.flatMap(providersOf).map((provider) => `control/healthy-${provider}`));
  const missing = [...needed].filter((name) => !scenarios.some((scenario) => scenario.name === name));
  return [...(missing.length > 0 ? select(library, missing) : []), ...scenarios];
}

/** Where a control fails, nothing that was seen on the same provider can be held against the gateway. */
export function underControl(records: readonly RunRecord[]): RunRecord[] {
  const failing = records.filter(({ scenario, outcome }) => isControl(scenario.name) && outcome !== 'clean');
  return records.map((record) => {
    // What has an error of its own proves nothing in any case, and says better why.
    if (isControl(record.scenario.name) || failing.length === 0 || record.error) return record;
    const names = failing.map(({ scenario, outcome }) => `${scenario.name} is ${outcome}`).join(', ');
    const verdict = `Not testable on this version: ${names}. Without the control it would be: ${record.outcome}.`;
    const control = { failing: failing.map(({ scenario }) => scenario.name), otherwise: record.outcome };
    return { ...record, outcome: 'untestable', verdict, control };
  });
}

/**
 * One exit code for several results: a regression counts first, then a fault of ours, a wrong call or scenario, and
 * whatever proves nothing.
 */
export function exitCodeOf(
  results: readonly { outcome: Outcome; error?: { blame?: Blame | undefined } | undefined }[],
): number {
  if (results.some(({ outcome }) => outcome === 'reproduced')) return exitCodes.reproduced;
  const spoilt = results.flatMap(({ error }) => (error?.blame ? [EXIT_CODE[error.blame]] : []));
  const proves = results.every(({ outcome }) => outcome === 'clean') ? exitCodes.clean : exitCodes.untestable;
  return Math.max(proves, ...spoilt);
}
