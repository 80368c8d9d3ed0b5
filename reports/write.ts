import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunRecord } from '#harness/record/record.ts';
import { annotations } from './annotations.ts';
import { har } from './har.ts';
import { issueForm } from './issue.ts';
import { jobSummary } from './job-summary.ts';
import { junitXml } from './junit.ts';
import { markdownReport } from './markdown.ts';
import { runPage } from './page/page.ts';

/**
 * Every form of a run's report, by the name of its file. Pure.
 * @param company other runs made with it: they give rates and controls
 */
function formsOf(record: RunRecord, company: readonly RunRecord[] = [record]): { [file: string]: string } {
  return {
    'record.json': `${JSON.stringify(record, undefined, 2)}\n`,
    'timeline.jsonl': record.timeline.map((event) => `${JSON.stringify(event)}\n`).join(''),
    'report.md': markdownReport(record, company),
    'report.html': runPage(record),
    // An issue is an accusation: only what is reproduced can be one.
    ...(record.outcome === 'reproduced' && { 'issue.md': issueForm(record, company) }),
    'junit.xml': junitXml([record]),
    'annotations.txt': annotations([record]),
    'summary.md': jobSummary([record]),
    'providers.har': har(record),
  };
}

/** Writes all forms of a run's report into its folder. */
export function writeReports(record: RunRecord, folder: string, company?: readonly RunRecord[]): void {
  // A control may have taken back what an earlier writing said.
  rmSync(join(folder, 'issue.md'), { force: true });
  for (const [file, text] of Object.entries(formsOf(record, company)))
    writeFileSync(join(folder, file), text);
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
