import { endsAll, HarnessError, messageOf } from '#harness/base/error.ts';
import { plain } from '#harness/base/plain.ts';
import type { Gateway, StoppedGateway } from '#harness/gateway/gateway.ts';
import { makeRecord } from '#harness/record/make-record.ts';
import type { RunRecord } from '#harness/record/record.ts';
import type { Scenario } from '#harness/scenario/scenario.ts';
import { Timeline } from '#harness/timeline/timeline.ts';
import { busyUntil } from '#harness/verdict/doubts/machine-busy.ts';
import { type Judgement, judge, sentence } from '#harness/verdict/judge.ts';
import { type PlayOptions, play } from './play.ts';

const BOOT_ATTEMPTS = 3;

const saysPortTaken = (line: string): boolean => /EADDRINUSE|address already in use/i.test(line);

export interface RunOptions extends PlayOptions {
  /** Told of a failure that nobody foresaw: no record holds its stack. */
  onBug?: (error: unknown) => void;
}

/**
 * Plays one scenario on one gateway and judges what happened. A failure that concerns no other run is told in the record,
 * which is `untestable` for it: a gateway that cannot be started, a script that throws, a failure of the harness.
 * @throws what `signal` was aborted with, and what ends all runs
 */
export async function run(
  scenario: Scenario,
  gateway: Gateway,
  { onBug, ...options }: RunOptions,
): Promise<RunRecord> {
  const startedAt = new Date().toISOString();
  const startCpu = process.cpuUsage();
  let timeline = new Timeline();
  let stopped: StoppedGateway = {};
  let failure: HarnessError | undefined;
  for (let attempt = 1; ; attempt++) {
    try {
      stopped = await play(scenario, gateway, options, timeline);
    } catch (error) {
      options.signal.throwIfAborted();
      if (endsAll(error)) throw error;
      if (!(error instanceof HarnessError)) onBug?.(error);
      failure = error instanceof HarnessError ? error : fault(error);
      // Between the look for a free port and the gateway's use of it, somebody else may take it.
      if (failure.logTail.some(saysPortTaken) && attempt < BOOT_ATTEMPTS) {
        timeline = new Timeline();
        failure = undefined;
        continue;
      }
    }
    break;
  }
  const used = process.cpuUsage(startCpu);
  const judgement = failure ? unjudged(failure, timeline) : judge(scenario, timeline.events);
  return makeRecord(scenario, gateway, timeline, judgement, {
    seed: options.seed,
    startedAt,
    cpu: {
      harnessMs: Math.round((used.user + used.system) / 1000),
      ...(stopped.cpuMs !== undefined && { gatewayMs: stopped.cpuMs }),
    },
    ...(failure && { error: failure }),
  });
}

const fault = (error: unknown): HarnessError =>
  new HarnessError(
    'HARNESS_FAULT',
    `A bug in openclaw-repro ended this run: ${messageOf(error)}`,
    'It is not the fault of the gateway or the scenario. Please report it with the lines above.',
    { cause: error },
  );

function unjudged(failure: HarnessError, timeline: Timeline): Judgement {
  const nothing = { findings: [], checks: [] };
  const busy = failure.code === 'NOT_READY' && busyUntil(timeline.events, timeline.elapsed());
  if (busy) return { ...nothing, outcome: 'inconclusive', verdict: sentence(busy), doubt: 'machine-busy' };
  return { ...nothing, outcome: 'untestable', verdict: plain(timeline.conceal(failure.message)) };
}
