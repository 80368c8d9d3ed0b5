import { plain } from '#harness/base/plain.ts';
import type { RunRecord } from '#harness/record/record.ts';
import { commandFor } from './sections.ts';

/** GitHub shows no more of each type in one step. */
const MOST = 10;

/** Runs as workflow commands: an error for each finding of what is reproduced, a warning for what proves nothing. */
export function annotations(records: readonly RunRecord[]): string {
  const errors = records
    .filter(({ outcome }) => outcome === 'reproduced')
    .flatMap((record) =>
      record.findings.map(({ check, sentence }) =>
        command('error', `${nameOf(record)}: ${check}`, `${sentence}. Run it again: ${commandFor(record)}`),
      ),
    );
  const warnings = records
    .filter(({ outcome }) => outcome === 'inconclusive' || outcome === 'untestable')
    .map((record) => command('warning', `${nameOf(record)}: ${record.outcome}`, record.verdict));
  return [...first('error', errors), ...first('warning', warnings)].map((line) => `${line}\n`).join('');
}

const nameOf = ({ scenario, gateway }: RunRecord): string => `${scenario.name} on ${gateway.version}`;

function first(level: 'error' | 'warning', lines: readonly string[]): readonly string[] {
  if (lines.length <= MOST) return lines;
  const more = lines.length - MOST + 1;
  return [
    ...lines.slice(0, MOST - 1),
    command(level, 'openclaw-repro', `${more} more are in the job's summary.`),
  ];
}

/** @see https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts */
const command = (level: 'error' | 'warning', title: string, message: string): string =>
  `::${level} title=${property(title)}::${data(message)}`;

const LONGEST = 2_000;

const data = (text: string): string =>
  plain(text.slice(0, LONGEST))
    .replaceAll('%', '%25')
    .replaceAll('\r', '%0D')
    .replaceAll('\n', '%0A')
    .replaceAll('##[', '#\u200b#[');

const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
