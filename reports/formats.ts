import type { RunRecord } from '#harness/record/record.ts';
import { annotations } from './annotations.ts';
import { companyOf } from './company.ts';
import { har } from './har.ts';
import { issueForm } from './issue.ts';
import { jobSummary } from './job-summary.ts';
import { junitXml } from './junit.ts';
import { markdownReport } from './markdown.ts';
import { pageFor } from './page/page.ts';

export const formats = ['issue', 'markdown', 'html', 'junit', 'har', 'summary', 'annotations'] as const;
export type Format = (typeof formats)[number];

/** Renders runs in one format. What tells of one run only is about the first that is reproduced, else the first. Pure. */
export function render(format: Format, records: readonly [RunRecord, ...RunRecord[]]): string {
  const { main } = companyOf(records);
  switch (format) {
    case 'issue':
      return issueForm(main, records);
    case 'markdown':
      return markdownReport(main, records);
    case 'html':
      return pageFor(records);
    case 'junit':
      return junitXml(records);
    case 'har':
      return har(main);
    case 'summary':
      return jobSummary(records);
    case 'annotations':
      return annotations(records);
    default:
      return format satisfies never;
  }
}
