import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunRecord } from '#harness/record.ts';
import { markdownReport } from './markdown.ts';

/** Writes all forms of a run's report into its folder. */
export function writeReports(record: RunRecord, folder: string): void {
  const forms: { [file: string]: string } = {
    'record.json': `${JSON.stringify(record, undefined, 2)}\n`,
    'report.md': markdownReport(record),
    'timeline.jsonl': record.timeline.map((event) => `${JSON.stringify(event)}\n`).join(''),
  };
  for (const [file, text] of Object.entries(forms)) writeFileSync(join(folder, file), text);
}

/** Makes a new folder for a run's report below `output`; what an earlier run has left is never written over. */
export function makeReportFolder({ scenario, gateway }: RunRecord, output: string): string {
  const path = join(output, scenario.name.replace('/', '-'), gateway.version);
  mkdirSync(join(path, '..'), { recursive: true });
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? path : `${path}-${number}`;
    try {
      mkdirSync(candidate);
      return candidate;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
  }
}
