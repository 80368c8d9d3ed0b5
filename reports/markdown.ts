import { plain } from '#harness/plain.ts';
import type { RunRecord } from '#harness/record.ts';
import type { TimelineEvent } from '#harness/timeline/events.ts';

const LOG_LINES = 25;
const LINE = 300;

/** The report of one run, as it can stand in a GitHub issue. Pure. */
export function markdownReport(record: RunRecord): string {
  return [
    `# ${record.outcome}: ${safe(record.scenario.name)} on openclaw ${record.gateway.version}`,
    `**${safe(record.verdict)}**`,
    `${safe(record.scenario.title)}.`,
    rerun(record),
    findings(record),
    turns(record),
    providers(record),
    timeline(record),
    log(record),
    environment(record),
  ]
    .filter(Boolean)
    .join('\n\n')
    .concat('\n');
}

function rerun({ scenario, gateway, seed }: RunRecord): string {
  const command = `npm run repro -- run ${scenario.name} --gateway ${gateway.version} --seed ${seed}`;
  return `Run it again: ${code(command)}`;
}

function findings({ findings: list }: RunRecord): string {
  if (list.length === 0) return '';
  const lines = list.map(({ check, sentence, evidence }) => {
    const proof = evidence.map((seq) => `#${seq}`).join(' ');
    return `- ${code(check)}: ${safe(sentence)}. Proof: timeline ${code(proof)}`;
  });
  return ['## Findings', ...lines].join('\n');
}

function turns({ turns: list }: RunRecord): string {
  if (list.length === 0) return '';
  const rows = list.map(({ number, session, ending, stage, tookMs, attempts, text }) => {
    const took = tookMs === undefined ? '–' : `${(tookMs / 1000).toFixed(1)} s`;
    const shown = text && ending !== 'answered' ? cell(text) : '';
    return `| ${number + 1} | ${cell(session)} | ${ending} | ${stage} | ${took} | ${attempts} | ${shown} |`;
  });
  const head = '| turn | session | ended | got to | after | provider requests | shown to the user |';
  return ['## Turns', '', head, '|---|---|---|---|---|---|---|', ...rows].join('\n');
}

function providers({ scenario: { faults } }: RunRecord): string {
  const lines = Object.entries(faults).map(
    ([target, list]) => `- ${code(target)}: ${safe(list.join(', then '))}`,
  );
  return lines.length === 0 ? '' : ['## What the providers did', ...lines].join('\n');
}

const SHOWN = new Set<TimelineEvent['kind']>([
  'gateway.started',
  'gateway.ready',
  'gateway.exit',
  'gateway.step',
  'gateway.cli',
  'chat.closed',
  'turn.sent',
  'turn.accepted',
  'turn.rejected',
  'turn.run-ended',
  'turn.given-up',
  'chat.event',
  'provider.request',
  'provider.fault',
  'provider.end',
  'token.redeemed',
]);

function timeline({ timeline: events }: RunRecord): string {
  const lines = events.filter(({ kind }) => SHOWN.has(kind)).map(timelineLine);
  return details('Timeline', lines);
}

function timelineLine({ seq, at, kind, ...fields }: TimelineEvent): string {
  const rest = Object.entries(fields).map(([name, value]) => `${name}=${inline(value)}`);
  return `#${String(seq).padEnd(4)} ${(at / 1000).toFixed(2).padStart(7)} s  ${kind.padEnd(17)} ${rest.join(' ')}`;
}

function log({ timeline: events, error }: RunRecord): string {
  if (error) return details('Last lines of the gateway log', error.logTail);
  const lines = events.flatMap((event) =>
    event.kind === 'gateway.log' &&
    event.stream !== 'file' &&
    /fail|error|warn|timed? ?out|terminated|embedded/i.test(event.message)
      ? [
          `${(event.at / 1000).toFixed(2).padStart(7)} s  ${event.subsystem ? `[${event.subsystem}] ` : ''}${event.message}`,
        ]
      : [],
  );
  return details('Gateway log around it', lines.slice(0, LOG_LINES));
}

function environment({ gateway, harness, platform, seed, startedAt, timing, refused }: RunRecord): string {
  const lines = [
    `openclaw ${gateway.version}${gateway.commit ? ` (${gateway.commit.slice(0, 7)})` : ''}, Node ${gateway.node}, as a ${gateway.runtime}`,
    ...(gateway.integrity ? [`package ${gateway.integrity}`] : []),
    ...(gateway.image ? [`image ${gateway.image}`] : []),
    `openclaw-repro ${harness.version}, seed ${seed}, ${platform}, ${startedAt}`,
    `answered after ${((timing.bootMs ?? 0) / 1000).toFixed(1)} s, ${(timing.totalMs / 1000).toFixed(1)} s in all`,
    ...Object.entries(refused).map(([where, times]) => `refused by the closed network: ${where} (${times})`),
  ];
  return details('Environment', lines);
}

/** A fence longer than any run of backticks in it cannot be left. */
function details(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return '';
  const text = lines.map((line) => cut(plain(line))).join('\n');
  const longest = text.matchAll(/`+/g).reduce((most, [run]) => Math.max(most, run.length), 2);
  const fence = '`'.repeat(longest + 1);
  return `<details><summary>${title}</summary>\n\n${fence}text\n${text}\n${fence}\n\n</details>`;
}

const inline = (value: unknown): string =>
  typeof value === 'string' && !/\s/.test(value) ? value : JSON.stringify(value);

const code = (text: string): string => `\`${text.replaceAll('`', "'").replaceAll('\n', ' ')}\``;

/** Text from a gateway in running prose: no markup, no pings (`@name`), no links to issues (`#12`). */
const safe = (text: string): string =>
  plain(text)
    .replaceAll('&', '&amp;')
    .replace(/[\\`*_<>[\]|~]/g, (character) => `\\${character}`)
    .replace(/([@#])(?=\w)/g, '$1\u200b');

const cell = (text: string): string => safe(cut(text));

const cut = (text: string): string => (text.length > LINE ? `${text.slice(0, LINE)}…` : text);
