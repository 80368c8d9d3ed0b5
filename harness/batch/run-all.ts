import { type Blame, EXIT_CODE, exitCodes } from '#harness/base/error.ts';
import type { RunRecord } from '#harness/record/record.ts';
import type { Library } from '#harness/scenario/library.ts';
import { select } from '#harness/scenario/library.ts';
import type { Scenario } from '#harness/scenario/scenario.ts';
import { type Outcome, providersOf } from '#harness/verdict/judge.ts';
import { inLanes, type LanesOptions } from './lanes.ts';

export const isControl = (name: string): boolean => name.startsWith('control/');

/** Adds the controls of the providers that the scenarios use: without them no result counts. */
export function withControls(scenarios: readonly Scenario[], library: Library): Scenario[] {
  const tried = scenarios.filter(({ name }) => !isControl(name));
  const needed = new Set(tried.flatMap(providersOf).map((provider) => `control/healthy-${provider}`));
  const missing = [...needed].filter((name) => !scenarios.some((scenario) => scenario.name === name));
  return [...(missing.length > 0 ? select(library, missing) : []), ...scenarios];
}

export interface RunAllOptions extends LanesOptions {
  run: (scenario: Scenario, signal: AbortSignal) => Promise<RunRecord>;
  /** How long a scenario takes, in milliseconds, as far as that is known. @default the same for all */
  expectedMs?: (scenario: Scenario) => number;
  /** Called as each run ends, before the controls have had their say. */
  onRecord: (record: RunRecord) => void;
}

/**
 * Runs all scenarios, some at a time, and gives their records in the same order, as the controls let them stand. The
 * controls are begun first, then the longest: what is begun last decides when all are done.
 */
export async function runAll(
  scenarios: readonly Scenario[],
  { run, onRecord, expectedMs = () => 0, ...options }: RunAllOptions,
): Promise<RunRecord[]> {
  const rank = (scenario: Scenario) => (isControl(scenario.name) ? Infinity : expectedMs(scenario));
  const begun = scenarios.toSorted((a, b) => (rank(a) === rank(b) ? 0 : rank(b) - rank(a)));
  const records = await inLanes(begun, options, async (scenario, lane) => {
    const record = await lane.start(() => run(scenario, lane.signal));
    onRecord(record);
    return record;
  });
  const ofScenario = new Map(begun.map((scenario, index) => [scenario, records[index]]));
  return underControl(scenarios.flatMap((scenario) => ofScenario.get(scenario) ?? []));
}

/** Where a control fails, nothing that was seen on the same provider can be held against the gateway. */
export function underControl(records: readonly RunRecord[]): RunRecord[] {
  const failing = records.filter(({ scenario, outcome }) => isControl(scenario.name) && outcome !== 'clean');
  return records.map((record) => {
    // What has an error of its own proves nothing in any case, and says better why.
    if (isControl(record.scenario.name) || failing.length === 0 || record.error) return record;
    const names = failing.map(({ scenario, outcome }) => `${scenario.name} is ${outcome}`).join(', ');
    const verdict = `Not testable on this version: ${names}. Without the control it would be: ${record.outcome}.`;
    return { ...record, outcome: 'untestable', verdict };
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
