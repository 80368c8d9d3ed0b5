import type { RunRecord } from '#harness/record/record.ts';
import { type Company, companyFor } from './company.ts';
import { hiddenBlock } from './hidden.ts';
import { cell, code } from './markdown-text.ts';
import * as show from './sections.ts';
import { BODY_LIMIT, type Section, withinLimit } from './within-limit.ts';

/** The report of one run, as it can stand in a GitHub issue; other runs of it give the rates. Pure. */
export function markdownReport(main: RunRecord, records: readonly RunRecord[] = [main]): string {
  return withinLimit(sectionsOf(companyFor(main, records)), BODY_LIMIT);
}

function sectionsOf(company: Company): Section[] {
  const { main, same } = company;
  return [
    section('Heading', heading(main), 0),
    section('Run it again', show.rerun(main), 0),
    section('Expected', titled('Expected', show.expected(main)), 0),
    section('Observed', titled('Observed', show.observed(main)), 0),
    section('Turns', titled('Turns', show.turns(main)), 4),
    section('Versions', titled('Versions', show.versions(company)), 1),
    section('What the providers did', titled('What the providers did', show.faults(main)), 3),
    section('Refresh tokens', titled('Refresh tokens', show.ledger(main)), 2),
    section('Timeline', show.timeline(main), 6),
    section('Gateway log', show.log(main), 7),
    section('Diagnostics of the gateway', show.diagnostics(main), 8),
    section('Environment', show.environment(main), 5),
    section('For machines', hiddenBlock(same), 0),
  ];
}

const section = (name: string, text: string, rank: number): Section => ({ name, text, rank });

const heading = (record: RunRecord): string =>
  [
    `# ${record.outcome}: ${cell(record.scenario.name)} on openclaw ${cell(record.gateway.version)}`,
    `**${cell(record.verdict)}**`,
    show.title(record),
    ...(record.error
      ? [`${code(record.error.code)} ${cell(record.error.message)} ${cell(record.error.advice)}`]
      : []),
  ].join('\n\n');

const titled = (name: string, text: string): string => (text ? `## ${name}\n\n${text}` : '');
