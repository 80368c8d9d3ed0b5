import { endsAll, HarnessError, messageOf } from '#harness/base/error.ts';
import { plain } from '#harness/base/plain.ts';
import type { Gateway, StoppedGateway } from '#harness/gateway/gateway.ts';
import { makeRecord } from '#harness/record/make-record.ts';
import type { RunRecord } from '#harness/record/record.ts';
import type { Scenario } from '#harness/scenario/scenario.ts';
import { Timeline } from '#harness/timeline/timeline.ts';
import { type Judgement, judge } from '#harness/verdict/judge.ts';
import { type PlayOptions, play } from './play.ts';

const BOOT_ATTEMPTS = 3;

const saysPortTaken = (line: string): boolean => /EADDRINUSE|address already in use/i.test(line);

/**
 * Plays one scenario on one gateway and judges what happened.
 * A gateway that cannot be started gives a record with the outcome `untestable`.
 * @throws what `signal` was aborted with, and a HarnessError for a fault of the scenario or of the harness
 */
export function run(scenario: Scenario, gateway: Gateway, options: PlayOptions): Promise<RunRecord> {
  return runWith(scenario, gateway, options, (error) =>
    error instanceof HarnessError && error.blame === 'gateway' ? error : undefined,
  );
}

/**
 * As `run`, for one run of many: a failure that concerns no other run is told in this run's record, which is
 * `untestable` for it.
 * @param onFault is told of a fault that nobody foresaw, whose stack no record holds
 * @throws what `signal` was aborted with, and what ends all runs
 */
export function runAmongOthers(
  scenario: Scenario,
  gateway: Gateway,
  options: PlayOptions,
  onFault: (error: unknown) => void,
): Promise<RunRecord> {
  return runWith(scenario, gateway, options, (error) => {
    if (endsAll(error)) return undefined;
    if (error instanceof HarnessError) return error;
    onFault(error);
    return fault(error);
  });
}

/** @param spoiling the failure that the record is to tell; where there is none, it is thrown */
async function runWith(
  scenario: Scenario,
  gateway: Gateway,
  options: PlayOptions,
  spoiling: (error: unknown) => HarnessError | undefined,
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
      failure = spoiling(error);
      if (!failure) throw error;
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
  const judgement = failure ? untestable(failure, timeline) : judge(scenario, timeline.events);
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
    'harness',
    `A fault of the harness ended this run: ${messageOf(error)}`,
    'It says nothing of the gateway or the scenario; please report it with the lines that were printed.',
    { cause: error },
  );

const untestable = (failure: HarnessError, timeline: Timeline): Judgement => ({
  outcome: 'untestable',
  verdict: plain(timeline.conceal(failure.message)),
  findings: [],
  checks: [],
});
