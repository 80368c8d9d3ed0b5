import type { RunRecord } from '#harness/record/record.ts';
import { boundaryOf, type Company, companyFor, ratesOf } from './company.ts';
import { hiddenBlock } from './hidden.ts';
import { cell, code } from './markdown-text.ts';
import * as show from './sections.ts';
import { BODY_LIMIT, type Section, withinLimit } from './within-limit.ts';

/**
 * The bug form of OpenClaw, filled from a run that is `reproduced`; other runs of it give the rates. A bot reads
 * its headings, so they are the form's own, in its order.
 */
export function issueForm(main: RunRecord, records: readonly RunRecord[] = [main]): string {
  return withinLimit(sectionsOf(companyFor(main, records)), BODY_LIMIT);
}

function sectionsOf(company: Company): Section[] {
  const { main, same } = company;
  return [
    ...field('Bug type', bugType(company)),
    ...field('Summary', `${cell(main.verdict)}\n\nIt should be: ${show.title(main)}`),
    ...field('Steps to reproduce', show.rerun(main), {
      name: 'What the providers do',
      text: show.faults(main),
      rank: 3,
    }),
    ...field('Expected behavior', show.expected(main)),
    ...field('Actual behavior', show.observed(main), { name: 'Turns', text: show.turns(main), rank: 4 }),
    ...field('OpenClaw version', cell(show.versionOf(main))),
    ...field('Operating system', cell(`${main.platform}, Node ${main.gateway.node}`)),
    ...field('Install method', installMethod(main)),
    ...field('Model', models(main).map(code).join(', then ') || '–'),
    ...field('Provider / routing chain', routing(main)),
    ...field(
      'Logs, screenshots, and evidence',
      'All of it was recorded against imitated providers; every token in it is synthetic.',
      { name: 'Refresh tokens', text: show.ledger(main), rank: 2 },
      { name: 'Timeline', text: show.timeline(main), rank: 6 },
      { name: 'Gateway log', text: show.log(main), rank: 7 },
      { name: 'Diagnostics of the gateway', text: show.diagnostics(main), rank: 8 },
      { name: 'Environment', text: show.environment(main), rank: 5 },
    ),
    ...field('Impact and severity', impact(company)),
    ...field('Additional information', additional(company), {
      name: 'Versions',
      text: show.versions(company),
      rank: 1,
    }),
    { name: 'For machines', text: hiddenBlock(same), rank: 0 },
  ];
}

/** What stands first in a field stays; the rest may have to go. */
const field = (heading: string, text: string, ...rest: Section[]): Section[] => [
  { name: heading, text: `### ${heading}\n\n${text || '–'}`, rank: 0 },
  ...rest,
];

function bugType({ main, same }: Company): string {
  const { good } = boundaryOf(ratesOf(same));
  if (good) return 'Regression (worked before, now fails)';
  const hangs = main.turns.some(({ ending }) => ending === 'never');
  const dies = main.findings.some(({ check }) => check === 'gateway-alive');
  return hangs || dies
    ? 'Crash (process/app exits or hangs)'
    : 'Behavior bug (incorrect output/state without crash)';
}

function installMethod({ gateway }: RunRecord): string {
  if (gateway.image) return `container image ${code(gateway.image)}`;
  const integrity = gateway.integrity ? `, integrity ${code(gateway.integrity)}` : '';
  return `npm package ${code(`openclaw@${gateway.version}`)}${integrity}, unmodified, as a ${gateway.runtime}`;
}

function models({ scenario: { setup } }: RunRecord): string[] {
  const { model, fallbacks } = setup;
  return [model, ...(Array.isArray(fallbacks) ? fallbacks.slice(0, 10) : [])].filter(
    (name) => typeof name === 'string',
  );
}

function routing(record: RunRecord): string {
  const chain = new Set(models(record).map((name) => code(name.split('/')[0] ?? name)));
  return `openclaw → ${[...chain].join(' → ') || '–'}, each imitated under its real host name over TLS`;
}

function impact({ main, same }: Company): string {
  const { turns: list, gateway } = main;
  const never = list.filter(({ ending }) => ending === 'never').length;
  const sessions = new Set(list.map(({ session }) => session)).size;
  const onThis = same.filter((run) => run.gateway.version === gateway.version);
  const shown = onThis.filter(({ outcome }) => outcome === 'reproduced').length;
  const failed = main.checks.filter(({ result }) => result === 'found').map(({ id }) => code(id));
  return [
    `- Frequency: ${shown} of ${onThis.length} runs on ${cell(gateway.version)}`,
    `- Affected: ${never} of ${list.length} messages never ended, in ${sessions} session${sessions === 1 ? '' : 's'}`,
    `- Checks that found something: ${failed.join(', ') || '–'}`,
  ].join('\n');
}

function additional({ same }: Company): string {
  const { good, bad } = boundaryOf(ratesOf(same));
  return [
    `- Last known good version: ${good ? cell(good) : 'not looked for in these runs'}`,
    `- First known bad version: ${good && bad ? cell(bad) : 'not looked for in these runs'}`,
  ].join('\n');
}
