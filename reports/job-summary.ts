import { counted } from '#harness/base/plain.ts';
import type { RunRecord } from '#harness/record/record.ts';
import { outcomes } from '#harness/verdict/judge.ts';
import { atMost, cell, code } from './markdown-text.ts';
import { log, observed, rerun, timeline, turns } from './sections.ts';
import { type Section, withinLimit } from './within-limit.ts';

/** GitHub takes 1 MiB from a step, and nothing at all of more. */
const LIMIT = 1024 * 1024;
const ROWS = 500;

/** Runs as the summary of a job: a table of all, and under it whatever is not clean. Pure. */
export function jobSummary(records: readonly RunRecord[]): string {
  const counts = outcomes.flatMap((outcome) => {
    const { length } = records.filter((record) => record.outcome === outcome);
    return length > 0 ? [`${length} ${outcome}`] : [];
  });
  const rows = records.map(
    ({ scenario, gateway, outcome, verdict }) =>
      `| ${MARKS[outcome]} ${outcome} | ${code(scenario.name)} | ${cell(gateway.version)} | ${cell(verdict)} |`,
  );
  const table = ['| outcome | scenario | OpenClaw | |', '|---|---|---|---|', ...atMost(rows, ROWS)].join(
    '\n',
  );
  const shown = records.filter(({ outcome }) => outcome !== 'clean').slice(0, 100);
  return withinLimit(
    [
      {
        name: 'Table',
        text: `## ${counted(records.length, 'run')}: ${counts.join(', ')}\n\n${table}`,
        rank: 0,
      },
      ...shown.map(one),
    ],
    LIMIT,
    (text) => Buffer.byteLength(text),
  );
}

const MARKS = { clean: '✅', reproduced: '❌', inconclusive: '❔', untestable: '➖' } as const;

function one(record: RunRecord, index: number): Section {
  const name = `${record.scenario.name} on ${record.gateway.version}`;
  const parts = [
    `### ${cell(name)}`,
    observed(record),
    turns(record),
    rerun(record),
    timeline(record),
    log(record),
  ];
  return { name: cell(name), text: parts.filter(Boolean).join('\n\n'), rank: index + 1 };
}
