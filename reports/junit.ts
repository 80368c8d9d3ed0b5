import { plain } from '#harness/base/plain.ts';
import { isSpoilt, type RunRecord } from '#harness/record/record.ts';
import { commandFor } from './sections.ts';

/**
 * Runs as JUnit XML: a suite a version, a case a scenario. What is reproduced fails; what proves nothing is skipped,
 * with its reason; where the scenario or the harness is at fault, it is an error. Pure.
 * @see https://github.com/testmoapp/junitxml
 */
export function junitXml(records: readonly RunRecord[]): string {
  const suites = [...Map.groupBy(records, ({ gateway }) => gateway.version)].map(suite);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites${attributes({ name: 'openclaw-repro', ...totals(records) })}>\n${suites.join('')}</testsuites>\n`;
}

function suite([version, records]: readonly [string, readonly RunRecord[]]): string {
  const head = { name: `openclaw ${version}`, ...totals(records), timestamp: records[0]?.startedAt ?? '' };
  return `  <testsuite${attributes(head)}>\n${records.map(testCase).join('')}  </testsuite>\n`;
}

const totals = (records: readonly RunRecord[]) => ({
  tests: records.length,
  failures: records.filter(({ outcome }) => outcome === 'reproduced').length,
  errors: records.filter(isSpoilt).length,
  skipped: records.filter(
    (record) => (record.outcome === 'inconclusive' || record.outcome === 'untestable') && !isSpoilt(record),
  ).length,
  time: (records.reduce((sum, { timing }) => sum + timing.totalMs, 0) / 1000).toFixed(3),
});

function testCase(record: RunRecord): string {
  const { scenario, gateway, timing } = record;
  const head = {
    classname: scenario.name.replace('/', '.'),
    name: `${scenario.title} (openclaw ${gateway.version})`,
    time: (timing.totalMs / 1000).toFixed(3),
  };
  return `    <testcase${attributes(head)}>${result(record)}</testcase>\n`;
}

function result(record: RunRecord): string {
  const { outcome, verdict, findings, error } = record;
  if (error && isSpoilt(record)) return `<error${attributes({ message: verdict, type: error.code })}/>`;
  switch (outcome) {
    case 'clean':
      return '';
    case 'reproduced': {
      const lines = [
        ...findings.map(({ check, sentence }) => `${check}: ${plain(sentence)}`),
        commandFor(record),
      ];
      return `<failure${attributes({ message: verdict, type: findings[0]?.check ?? outcome })}>${lines.map(xml).join('\n')}</failure>`;
    }
    case 'inconclusive':
    case 'untestable':
      return `<skipped${attributes({ message: `${outcome}: ${verdict}` })}/>`;
    default:
      return outcome satisfies never;
  }
}

const attributes = (values: { [name: string]: string | number }): string =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${xml(String(value))}"`)
    .join('');

const ENTITIES: { [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Without what XML 1.0 cannot hold even as an entity: control characters, lone surrogates, U+FFFE and U+FFFF. */
const xml = (text: string): string =>
  plain(text)
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
