import { arch, platform, release } from 'node:os';
import type { HarnessError } from '#harness/base/error.ts';
import { plain } from '#harness/base/plain.ts';
import type { Gateway } from '#harness/gateway/gateway.ts';
import type { Scenario } from '#harness/scenario/scenario.ts';
import { allOf, ofKind, type Timeline } from '#harness/timeline/timeline.ts';
import { attemptsOf } from '#harness/verdict/checks/providers.ts';
import type { Judgement } from '#harness/verdict/judge.ts';
import { judgedPart } from '#harness/verdict/judged-part.ts';
import { waitedMs } from '#harness/verdict/served.ts';
import { stageOf, Turns } from '#harness/verdict/turns.ts';
import packageJson from '../../package.json' with { type: 'json' };
import type { RunRecord } from './record.ts';

interface Circumstances {
  seed: string;
  startedAt: string;
  cpu: RunRecord['cpu'];
  error?: HarnessError;
}

/** Writes down one run in the form that reports, search and matrix read. */
export function makeRecord(
  scenario: Scenario,
  gateway: Gateway,
  timeline: Timeline,
  judgement: Judgement,
  { error, ...circumstances }: Circumstances,
): RunRecord {
  const events = judgedPart(timeline.events);
  const ready = events.find(ofKind('gateway.ready'));
  const refused = Object.groupBy(events.filter(ofKind('egress.refused')), ({ destination }) => destination);
  const waited = waitedMs(events, 0, timeline.elapsed());
  const isStandIn = events.some((event) => event.kind === 'gateway.cpu' && event.by === 'harness');
  const { setup, budgets, checks, regression, name, title, providers } = scenario;
  const faults = Object.entries(providers).map(([target, list]) => [
    target,
    (list ?? []).map((fault) => fault.describe()),
  ]);
  return {
    schema: 1,
    harness: { version: packageJson.version },
    scenario: {
      name,
      title,
      setup,
      budgets,
      faults: Object.fromEntries(faults),
      ...(checks.length > 0 && { checks }),
      ...(regression && { regression }),
    },
    gateway: { version: gateway.version, ...gateway.build },
    platform: `${platform()} ${release()} ${arch()}`,
    ...circumstances,
    cpu: {
      ...circumstances.cpu,
      ...(waited > 0 && { waitedMs: Math.round(waited) }),
      ...(isStandIn && { waitedBy: 'harness' }),
    },
    ...judgement,
    turns: Turns.of(events).map((turn) => ({
      number: turn.number,
      session: turn.session,
      stage: stageOf(turn),
      ending: turn.end?.ending ?? 'never',
      ...(turn.end && { text: turn.end.text, tookMs: Math.round(turn.end.at - turn.marks.sent.at) }),
      attempts: attemptsOf({ all: allOf(events) }, turn.nonce).length,
    })),
    refused: Object.fromEntries(Object.entries(refused).map(([where, list]) => [where, list?.length ?? 0])),
    timing: { totalMs: timeline.elapsed(), ...(ready && { bootMs: ready.at }) },
    ...(error && {
      error: {
        code: error.code,
        blame: error.blame,
        message: plain(timeline.conceal(error.message)),
        advice: error.advice,
        logTail: error.logTail.map((line) => plain(timeline.conceal(line))),
      },
    }),
    timeline: [...timeline.events],
  };
}
