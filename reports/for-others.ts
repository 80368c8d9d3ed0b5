import type { RunRecord } from '#harness/record/record.ts';
import { companyOf } from './company.ts';
import { markdownReport } from './markdown.ts';
import { refuseRealSecrets, withoutPersons } from './redaction/for-others.ts';

/**
 * The report of a run as others may see it: no real secret, and nothing of whose machine it was made on.
 * @throws HarnessError `REAL_SECRET`
 */
export function reportForOthers(records: readonly [RunRecord, ...RunRecord[]]): {
  scenario: string;
  text: string;
} {
  const [first, ...rest] = records;
  const clean = [withoutPersons(first), ...rest.map(withoutPersons)] as const;
  const { main } = companyOf(clean);
  const text = markdownReport(main, clean);
  refuseRealSecrets(text);
  return { scenario: main.scenario.name, text };
}
