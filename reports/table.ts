import { styleText } from 'node:util';
import { counted } from '#harness/base/plain.ts';
import type { RunRecord } from '#harness/record/record.ts';
import type { Outcome } from '#harness/verdict/judge.ts';

const colours = { clean: 'green', reproduced: 'red', inconclusive: 'yellow', untestable: 'magenta' } as const;

/** Paints an outcome where `stream` is a terminal that shows colours. */
export const paint = (outcome: Outcome, text: string, stream: NodeJS.WriteStream): string =>
  styleText(colours[outcome], text, { stream });

/** The outcomes as a table, and under each its verdict. */
export function outcomeTable(records: readonly RunRecord[], stream: NodeJS.WriteStream): string {
  const width = Math.max(...records.map(({ scenario }) => scenario.name.length));
  return records
    .map((record) => {
      const { scenario, gateway, outcome, verdict, timing } = record;
      const took = `${Math.round(timing.totalMs / 1000)} s`.padStart(6);
      const head = `${paint(outcome, outcome.padEnd(12), stream)}  ${scenario.name.padEnd(width)}  ${gateway.version}  ${took}`;
      return `${head}\n              ${verdict}`;
    })
    .join('\n');
}

/** One sentence for all runs. */
export function summary(records: readonly RunRecord[]): string {
  const counts = Map.groupBy(records, ({ outcome }) => outcome);
  const parts = [...counts].map(([outcome, { length }]) => `${length} ${outcome}`);
  return `${counted(records.length, 'run')}: ${parts.join(', ')}`;
}
