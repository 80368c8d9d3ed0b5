import type { Outcome } from '#harness/verdict/judge.ts';

export const MARKS: { [outcome in Outcome]: string } = {
  clean: '·',
  reproduced: 'X',
  inconclusive: '?',
  untestable: '-',
};

export interface LiveGrid {
  scenarios: readonly string[];
  versions: readonly string[];
  /** What is known so far, by `cellKey`. */
  outcomes: ReadonlyMap<string, Outcome>;
  /** Columns of the terminal. */
  width: number;
  paint: (outcome: Outcome, text: string) => string;
  /** Said behind the versions: how far it is. */
  note: string;
}

export const cellKey = (version: string, scenario: string): string => `${version} ${scenario}`;

/**
 * The matrix while it grows, a line a scenario, a column a version; where it is wider than the terminal, the part around
 * the first version that is not done.
 */
export function liveGrid({ scenarios, versions, outcomes, width, paint, note }: LiveGrid): string[] {
  const names = Math.max(0, ...scenarios.map(({ length }) => length)) + 2;
  const columns = Math.max(1, Math.min(versions.length, width - names - 1));
  const done = (version: string) => scenarios.every((scenario) => outcomes.has(cellKey(version, scenario)));
  const next = versions.findIndex((version) => !done(version));
  const reached = next === -1 ? versions.length : next + 1;
  const from = Math.max(0, Math.min(reached - Math.ceil(columns / 2), versions.length - columns));
  const shown = versions.slice(from, from + columns);
  const rows = scenarios.map((scenario) => {
    const marks = shown.map((version) => {
      const outcome = outcomes.get(cellKey(version, scenario));
      return outcome ? paint(outcome, MARKS[outcome]) : ' ';
    });
    return `${scenario.padEnd(names)}${marks.join('')}`;
  });
  const ends = `${shown[0] ?? ''} to ${shown.at(-1) ?? ''}  ${note}`;
  return [...rows, `${' '.repeat(names)}${ends}`.slice(0, width - 1)];
}
