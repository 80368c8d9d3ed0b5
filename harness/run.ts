import { HarnessError } from './error.ts';
import type { Gateway, StoppedGateway } from './gateway/gateway.ts';
import { type Judgement, judge } from './judge.ts';
import { makeRecord } from './make-record.ts';
import { plain } from './plain.ts';
import { type PlayOptions, play } from './play.ts';
import type { RunRecord } from './record.ts';
import type { Scenario } from './scenario.ts';
import { Timeline } from './timeline/timeline.ts';

const BOOT_ATTEMPTS = 3;

const saysPortTaken = (line: string): boolean => /EADDRINUSE|address already in use/i.test(line);

/**
 * Plays one scenario on one gateway and judges what happened.
 * A gateway that cannot be started gives a record with the outcome `untestable`.
 * @throws what `signal` was aborted with, and a HarnessError for a fault of the harness
 */
export async function run(scenario: Scenario, gateway: Gateway, options: PlayOptions): Promise<RunRecord> {
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
      if (!(error instanceof HarnessError) || error.blame !== 'gateway') throw error;
      // Between the look for a free port and the gateway's use of it, somebody else may take it.
      if (error.logTail.some(saysPortTaken) && attempt < BOOT_ATTEMPTS) {
        timeline = new Timeline();
        continue;
      }
      failure = error;
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

const untestable = (failure: HarnessError, timeline: Timeline): Judgement => ({
  outcome: 'untestable',
  verdict: plain(timeline.conceal(failure.message)),
  findings: [],
  checks: [],
});
