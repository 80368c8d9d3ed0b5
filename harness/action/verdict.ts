import { join } from 'node:path';
import { z } from 'zod';
import { exitCodes } from '#harness/base/error.ts';
import { type Outcome, outcomes } from '#harness/verdict/judge.ts';
import type { FailOn } from './inputs.ts';

const printed = z.object({
  runs: z.array(
    z.object({
      outcome: z.enum(outcomes),
      folder: z.string().optional(),
      scenario: z.object({ name: z.string() }),
    }),
  ),
});

export interface Verdict {
  outcome: Outcome | 'failed';
  /** Folders of the runs, the one that matters most first. */
  folders: string[];
  report: string;
}

/** What a command that ended with `exitCode` has printed for machines. */
export function verdictOf(exitCode: number, output: string): Verdict {
  const runs = parse(output).runs.toSorted((a, b) => worse.indexOf(a.outcome) - worse.indexOf(b.outcome));
  const folders = runs.flatMap(({ folder }) => folder ?? []);
  return {
    outcome: runs.length === 0 ? 'failed' : outcomeOf(exitCode, runs),
    folders,
    report: folders[0] ? join(folders[0], 'report.md') : '',
  };
}

const worse: readonly Outcome[] = ['reproduced', 'untestable', 'inconclusive', 'clean'];

/** The code is about the gateway that was named; runs on the newest version stand beside it. */
function outcomeOf(exitCode: number, runs: readonly { outcome: Outcome }[]): Verdict['outcome'] {
  if (exitCode === exitCodes.clean) return 'clean';
  if (exitCode === exitCodes.reproduced) return 'reproduced';
  if (exitCode !== exitCodes.untestable) return 'failed';
  return runs.some(({ outcome }) => outcome === 'untestable') ? 'untestable' : 'inconclusive';
}

function parse(output: string): z.infer<typeof printed> {
  try {
    return printed.parse(JSON.parse(output));
  } catch {
    return { runs: [] };
  }
}

/** The step's own exit code. */
export function stepExitCode(exitCode: number, failOn: FailOn): number {
  if (exitCode >= exitCodes.wrongCall) return exitCode;
  switch (failOn) {
    case 'never':
      return 0;
    case 'reproduced':
      return exitCode === exitCodes.reproduced ? exitCode : 0;
    case 'not-clean':
      return exitCode;
    default:
      return failOn satisfies never;
  }
}
