import { z } from 'zod';
import { blames } from '#harness/base/error-codes.ts';
import { underControl } from '#harness/batch/controls.ts';
import type { RunRecord } from '#harness/record/record.ts';
import { byName } from '#harness/scenario/library.ts';
import { stages } from '#harness/timeline/events.ts';
import { checkIds } from '#harness/verdict/checks/ids.ts';
import { outcomes } from '#harness/verdict/judge.ts';
import { compareVersions } from '#harness/versions/version.ts';

const text = z.string();

/** One scenario on one version: what does not change from one run to the next, so that two results can be compared. */
const cell = z.object({
  version: text,
  scenario: text,
  outcome: z.enum(outcomes),
  /** Where and by which checks it shows. */
  findings: z.array(z.object({ check: z.enum(checkIds), stage: z.enum(stages).optional() })),
  /** Why it is untestable: an error's code, the controls that fail, or a doubt. */
  reason: text.optional(),
  /** Whose matter that is, where a run was begun. */
  blame: z.enum(blames).optional(),
});

/** What `openclaw-repro matrix` found: its `matrix.json`. */
export const matrixResult = z.object({
  schema: z.literal(1),
  scenarios: z.array(z.object({ name: text, title: text })),
  versions: z.array(text),
  cells: z.array(cell),
});

export type Cell = z.infer<typeof cell>;
export type MatrixResult = z.infer<typeof matrixResult>;

/** A run, or why there could be none. */
export type MatrixEntry =
  | { record: RunRecord }
  | { version: string; scenario: string; title: string; reason: string };

/** Pure: the same runs, in whatever order they were made, give the same result. */
export function resultOf(entries: readonly MatrixEntry[]): MatrixResult {
  const records = entries.flatMap((entry) => ('record' in entry ? [entry.record] : []));
  const byVersion = Map.groupBy(records, ({ gateway }) => gateway.version);
  const judged = [...byVersion.values()].flatMap((ofVersion) => underControl(ofVersion).map(cellOf));
  const missing = entries.flatMap((entry): Cell[] => ('record' in entry ? [] : [missingCell(entry)]));
  return compose(
    [...judged, ...missing],
    entries.map((entry) =>
      'record' in entry
        ? { name: entry.record.scenario.name, title: entry.record.scenario.title }
        : { name: entry.scenario, title: entry.title },
    ),
  );
}

/** Puts the results of several machines together; of a cell that several have, the last one stands. */
export function mergeResults(results: readonly MatrixResult[]): MatrixResult {
  const cells = new Map<string, Cell>();
  for (const one of results.flatMap((result) => result.cells))
    cells.set(`${one.version} ${one.scenario}`, one);
  return compose(
    [...cells.values()],
    results.flatMap(({ scenarios }) => scenarios),
  );
}

function compose(cells: Cell[], named: { name: string; title: string }[]): MatrixResult {
  const titles = new Map(named.map(({ name, title }) => [name, title]));
  const scenarios = [...titles].map(([name, title]) => ({ name, title })).toSorted(byName);
  const order = scenarios.map(({ name }) => name);
  return {
    schema: 1,
    scenarios,
    versions: [...new Set(cells.map(({ version }) => version))].toSorted(compareVersions),
    cells: cells.toSorted(
      (a, b) =>
        compareVersions(a.version, b.version) || order.indexOf(a.scenario) - order.indexOf(b.scenario),
    ),
  };
}

const cellOf = ({ gateway, scenario, outcome, findings, error, control, doubt }: RunRecord): Cell => ({
  version: gateway.version,
  scenario: scenario.name,
  outcome,
  findings: findings.map(({ check, stage }) => ({ check, ...(stage && { stage }) })),
  ...(outcome === 'untestable' && {
    reason: error?.code ?? control?.failing.join(', ') ?? doubt ?? 'unknown',
  }),
  ...(error?.blame && { blame: error.blame }),
});

const missingCell = ({ version, scenario, reason }: Exclude<MatrixEntry, { record: RunRecord }>): Cell => ({
  version,
  scenario,
  outcome: 'untestable',
  findings: [],
  reason,
});
