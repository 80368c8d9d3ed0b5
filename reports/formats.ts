import type { RunRecord } from '#harness/record/record.ts';
import { annotations } from './annotations.ts';
import { companyOf } from './company.ts';
import { har } from './har.ts';
import { issueForm } from './issue.ts';
import { jobSummary } from './job-summary.ts';
import { junitXml } from './junit.ts';
import { markdownReport } from './markdown.ts';
import { pageFor } from './page/page.ts';

type Records = readonly [RunRecord, ...RunRecord[]];

/** Every format by its name; what tells of one run only is given the first that is reproduced, else the first. */
const renderers = {
  issue: issueForm,
  markdown: markdownReport,
  html: (_main: RunRecord, records: Records) => pageFor(records),
  junit: (_main: RunRecord, records: Records) => junitXml(records),
  har: (main: RunRecord) => har(main),
  summary: (_main: RunRecord, records: Records) => jobSummary(records),
  annotations: (_main: RunRecord, records: Records) => annotations(records),
} satisfies { [format: string]: (main: RunRecord, records: Records) => string };

export type Format = keyof typeof renderers;
export const formats = Object.keys(renderers) as [Format, ...Format[]];

/** Renders runs in one format. Pure. */
export const render = (format: Format, records: Records): string =>
  renderers[format](companyOf(records).main, records);
