import type { RunRecord } from '#harness/record/record.ts';
import type { Outcome } from '#harness/verdict/judge.ts';
import { outcomes } from '#harness/verdict/judge.ts';
import { isControl } from '#harness/verdict/rules.ts';
import { compareVersions, isVersion } from '#harness/versions/version.ts';

/** The run that a report is about, and the others that say more about it. */
export interface Company {
  main: RunRecord;
  /** All runs of the same scenario, `main` among them. */
  same: RunRecord[];
  /** Other scenarios of the same runs, the controls among them. */
  others: RunRecord[];
}

/** Finds what several records are about: the first that is reproduced, else what is no control. */
export function companyOf(records: readonly [RunRecord, ...RunRecord[]]): Company {
  const main =
    records.find(({ outcome }) => outcome === 'reproduced') ??
    records.find(({ scenario }) => !isControl(scenario.name)) ??
    records[0];
  return companyFor(main, records);
}

export function companyFor(main: RunRecord, records: readonly RunRecord[]): Company {
  const isSame = ({ scenario }: RunRecord) => scenario.name === main.scenario.name;
  return {
    main,
    same: records.filter(isSame),
    others: records.filter((record) => !isSame(record)),
  };
}

/** How often each outcome was seen on a version. */
export interface Rate {
  version: string;
  runs: number;
  counts: { [outcome in Outcome]: number };
}

/** Oldest version first. */
export function ratesOf(records: readonly RunRecord[]): Rate[] {
  const byVersion = Map.groupBy(records, ({ gateway }) => gateway.version);
  return [...byVersion]
    .map(([version, runs]) => ({
      version,
      runs: runs.length,
      counts: Object.fromEntries(
        outcomes.map((outcome) => [outcome, runs.filter((run) => run.outcome === outcome).length]),
      ) as Rate['counts'],
    }))
    .toSorted((a, b) => byAge(a.version, b.version));
}

/** Images and checkouts have no place in the order: they come last. */
function byAge(a: string, b: string): number {
  if (isVersion(a) && isVersion(b)) return compareVersions(a, b);
  return Number(isVersion(b)) - Number(isVersion(a));
}

/** The last version that is clean every time, and the first after it that shows the regression. */
export function boundaryOf(rates: readonly Rate[]): { good?: string; bad?: string } {
  const first = rates.findIndex(({ counts }) => counts.reproduced > 0);
  const good = rates.slice(0, Math.max(0, first)).findLast(({ runs, counts }) => counts.clean === runs);
  const bad = rates[first];
  return { ...(good && { good: good.version }), ...(bad && { bad: bad.version }) };
}
