import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '#harness/base/error.ts';
import type { Hands } from '#harness/gateway/gateway.ts';
import type { Scenario } from '#harness/scenario/scenario.ts';
import type { Timeline } from '#harness/timeline/timeline.ts';
import { namedChecks } from '#harness/verdict/checks/index.ts';
import { runCommand } from './operator.ts';

/** What OpenClaw's own issue form and its maintainers ask for. */
const COMMANDS = [['status', '--all'], ['doctor'], ['models', 'status']];

/** The gateway's files are read as they grow: what it has logged until now has arrived by then, and is judged. */
const LOG_LAG = 500;

/**
 * Asks the gateway's own commands what they say of its state; no verdict rests on it (`judgedPart`). Never rejects for
 * what a command does: one that cannot be run is noted, one that hangs is ended.
 * @param options `progress` is told which command runs; after an abort of `signal` no further one is started
 */
export async function diagnose(
  gateway: Pick<Hands, 'runCli'>,
  timeline: Timeline,
  { signal, progress }: { signal: AbortSignal; progress: (text: string) => void },
): Promise<void> {
  await sleep(LOG_LAG);
  timeline.record({ kind: 'gateway.diagnostics' });
  for (const args of COMMANDS) {
    if (signal.aborted) return;
    progress(`openclaw ${args.join(' ')}`);
    await runCommand(noting(gateway), timeline, args);
  }
}

/** False where a run is judged by what the store of credentials holds after its end: the diagnostics may change it. */
export const leavesVerdict = (scenario: Pick<Scenario, 'checks' | 'regression'>): boolean =>
  !namedChecks(scenario).has('tokens-stored');

const noting = (gateway: Pick<Hands, 'runCli'>): Pick<Hands, 'runCli'> => ({
  async runCli(...asked) {
    try {
      return await gateway.runCli(...asked);
    } catch (error) {
      return { code: null, output: `It could not be run: ${messageOf(error)}` };
    }
  },
});
