import { plain } from '#harness/base/plain.ts';
import type { RunRecord } from '#harness/record/record.ts';
import { ofKind } from '#harness/timeline/timeline.ts';
import { checks } from '#harness/verdict/checks/index.ts';
import { outcomes } from '#harness/verdict/judge.ts';
import { judgedPart } from '#harness/verdict/judged-part.ts';
import { boundaryOf, type Company, ratesOf } from './company.ts';
import { html } from './html-text.ts';
import { logAround } from './log-around.ts';
import { atMost, cell, code, details, fenced } from './markdown-text.ts';
import { seconds, storyOf, tokenChange } from './story.ts';

const ROWS = 30;

/** The one line that runs it again: same version, same messages, same tokens. */
export const commandFor = ({ scenario, gateway, seed }: RunRecord): string =>
  `npm run repro -- run ${word(scenario.name)} --gateway ${word(gateway.version)} --seed ${word(seed)}`;

/** One word to a shell, whatever a record from elsewhere holds: people paste this. */
const word = (text: string): string =>
  /^[\w./:@-]+$/.test(text) ? text : `'${plain(text).replaceAll("'", "'\\''")}'`;

export const rerun = (record: RunRecord): string =>
  `Run it again, in openclaw-repro ${record.harness.version}:\n\n${fenced([commandFor(record)], 'sh')}`;

/** What should have been: what each check that found something stands for. */
export function expected({ findings, checks: judged }: RunRecord): string {
  const found = findings.map(({ check }) => check);
  const ids = new Set(found.length > 0 ? found : judged.map(({ id }) => id));
  return [...ids].map((id) => `- ${checks[id].title} (${code(id)})`).join('\n');
}

export function observed({ findings, verdict, outcome }: RunRecord): string {
  if (findings.length === 0) return `- ${outcome}: ${cell(verdict)}`;
  const lines = findings.map(({ check, sentence, evidence }) => {
    const proof = atMost(
      evidence.map((seq) => `#${seq}`),
      12,
    ).join(' ');
    return `- ${code(check)}: ${cell(sentence)}. Proof: timeline ${code(proof)}`;
  });
  return atMost(lines, 20).join('\n');
}

export function turns({ turns: list }: RunRecord): string {
  if (list.length === 0) return '';
  const rows = list.map(({ number, session, ending, stage, tookMs, attempts, text }) => {
    const took = tookMs === undefined ? '–' : seconds(tookMs);
    const shown = text && ending !== 'answered' ? cell(text) : '';
    return `| ${number + 1} | ${cell(session)} | ${ending} | ${stage} | ${took} | ${attempts} | ${shown} |`;
  });
  return table(
    ['turn', 'session', 'ended', 'got to', 'after', 'provider requests', 'shown to the user'],
    rows,
  );
}

/** Which version shows it, and how often; and what else was run beside it. */
export function versions({ same, others }: Company): string {
  const rates = ratesOf(same);
  const { good, bad } = boundaryOf(rates);
  const rows = rates.map(({ version, runs, counts }) => {
    const rest = outcomes
      .filter((outcome) => outcome !== 'reproduced' && counts[outcome] > 0)
      .map((outcome) => `${counts[outcome]} ${outcome}`);
    const share = `${counts.reproduced} of ${runs} (${Math.round((counts.reproduced / runs) * 100)} %)`;
    return `| ${cell(version)} | ${share} | ${rest.join(', ')} |`;
  });
  const beside = others.map(
    ({ scenario, gateway, outcome }) => `${code(scenario.name)} on ${cell(gateway.version)}: ${outcome}`,
  );
  return [
    table(['OpenClaw', 'reproduced', 'other outcomes'], rows),
    ...(good && bad
      ? [`Last version seen without it: ${cell(good)}. First seen with it: ${cell(bad)}.`]
      : []),
    ...(beside.length > 0 ? [`Run beside it: ${atMost(beside, 12).join('; ')}.`] : []),
  ].join('\n\n');
}

function table(head: readonly string[], rows: readonly string[]): string {
  return [
    `| ${head.join(' | ')} |`,
    `|${'---|'.repeat(head.length)}`,
    ...rows.slice(0, ROWS),
    ...(rows.length > ROWS ? [`| … ${rows.length - ROWS} more | ${'| '.repeat(head.length - 1)}`] : []),
  ].join('\n');
}

/** What the providers were told to do, and which faults really reached the gateway, how often. */
export function faults({ scenario, timeline: events }: RunRecord): string {
  const timeline = judgedPart(events);
  const told = Object.entries(scenario.faults).map(
    ([target, list]) => `- ${code(target)}: ${cell(list.join(', then '))}`,
  );
  const delivered = Map.groupBy(timeline.filter(ofKind('provider.fault')), ({ fault }) => fault);
  const counts = [...delivered].map(([fault, { length }]) => `${code(fault)} × ${length}`);
  const steps = timeline
    .filter(ofKind('gateway.step'))
    .map(({ step, detail }) => (step === 'upgrade' && detail ? `${step} (${cell(detail)})` : step));
  return [
    ...atMost(told, ROWS),
    ...(counts.length > 0 ? [`- delivered: ${atMost(counts, ROWS).join(', ')}`] : []),
    ...(steps.length > 0 ? [`- done to the gateway: ${atMost(steps, ROWS).join(', ')}`] : []),
  ].join('\n');
}

/** Every refresh token that was posted, by its label; the same one twice is a reuse. */
export function ledger({ timeline: events }: RunRecord): string {
  const redeemed = judgedPart(events).filter(ofKind('token.redeemed'));
  const lines = redeemed.map((event, index) => {
    const before = redeemed.slice(0, index).filter(({ presented }) => presented === event.presented).length;
    const again = before === 0 ? '' : `   posted for the ${ordinal(before + 1)} time`;
    return `${clock(event.at)}  ${tokenChange(event).padEnd(14)} ${event.result}${again}`;
  });
  return lines.length === 0 ? '' : fenced(atMost(lines, ROWS));
}

const ordinal = (count: number): string =>
  `${count}${count % 100 > 10 && count % 100 < 14 ? 'th' : (['th', 'st', 'nd', 'rd'][count % 10] ?? 'th')}`;

/** The short form of the story, a lane in a column of its own; `*` marks what proves a finding. */
export function timeline(record: RunRecord, most = 80): string {
  const proofs = new Set(record.findings.flatMap(({ evidence }) => evidence));
  const lines = storyOf(record)
    .filter(({ isKey, event }) => isKey || proofs.has(event.seq))
    .map(({ event, lane, says }) => {
      const mark = proofs.has(event.seq) ? '*' : ' ';
      return `${mark} ${clock(event.at)}  ${lane.padEnd(8)} ${`#${event.seq}`.padEnd(6)} ${says}`;
    });
  return details('Timeline (<code>*</code> proves a finding)', atMost(lines, most));
}

/** What the gateway's own commands printed (`status --all`, `doctor`, `models status`), each folded. */
export const diagnostics = ({ timeline: events }: RunRecord): string =>
  events
    .filter(ofKind('gateway.cli'))
    .slice(0, 10)
    .map(({ command, code: exit, output }) =>
      details(
        `<code>${html(command.slice(0, 100))}</code> (exit code ${exit ?? 'none'})`,
        atMost(output.split('\n'), 60),
      ),
    )
    .join('\n\n');

export const log = (record: RunRecord): string =>
  details(
    record.error ? 'Last lines of the gateway log' : 'Gateway log around it',
    record.error
      ? atMost(record.error.logTail, 40)
      : logAround(record).map((event) =>
          event === 'gap'
            ? '…'
            : `${clock(event.at)}  ${event.subsystem ? `[${event.subsystem}] ` : ''}${event.message}`,
        ),
  );

export function environment(record: RunRecord): string {
  const { gateway, harness, platform, seed, startedAt, timing, refused } = record;
  const lines = [
    `openclaw ${versionOf(record)}, Node ${gateway.node}, as a ${gateway.runtime}`,
    ...(gateway.integrity ? [`package ${gateway.integrity}`] : []),
    ...(gateway.image ? [`image ${gateway.image}`] : []),
    `openclaw-repro ${harness.version}, seed ${seed}, ${platform}, ${startedAt}`,
    `answered after ${seconds(timing.bootMs ?? 0)}, ${seconds(timing.totalMs)} in all`,
    ...Object.entries(refused).map(([where, times]) => `refused by the closed network: ${where} (${times})`),
  ];
  return details('Environment', atMost(lines, 40));
}

/** `2026.4.14 (323493f)`, as OpenClaw's own issue form wants it. */
export function versionOf({ gateway: { version, commit }, scenario: { setup } }: RunRecord): string {
  const before = typeof setup.upgradeFrom === 'string' ? `, upgraded from ${setup.upgradeFrom}` : '';
  return `${version}${commit ? ` (${commit.slice(0, 7)})` : ''}${before}`;
}

export const title = ({ scenario }: RunRecord): string => `${cell(scenario.title).replace(/\.$/, '')}.`;

const clock = (at: number): string => `${(at / 1000).toFixed(2).padStart(7)} s`;
