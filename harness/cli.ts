import { styleText } from 'node:util';
import { Command, CommanderError } from 'commander';
import { exitCodes, HarnessError } from '#harness/base/error.ts';
import { attachCommand } from '#harness/commands/attach.ts';
import { bisectCommand } from '#harness/commands/bisect.ts';
import { doctorCommand } from '#harness/commands/doctor.ts';
import { explainCommand } from '#harness/commands/explain.ts';
import { listCommand } from '#harness/commands/list.ts';
import { matrixCommand } from '#harness/commands/matrix.ts';
import { prepareCommand } from '#harness/commands/prepare.ts';
import { redactCommand } from '#harness/commands/redact.ts';
import { reportCommand } from '#harness/commands/report.ts';
import { runCommand } from '#harness/commands/run.ts';
import { shrinkCommand } from '#harness/commands/shrink.ts';
import { storeCommand } from '#harness/commands/store.ts';
import { versionsCommand } from '#harness/commands/versions.ts';
import packageJson from '../package.json' with { type: 'json' };

const HELP = `
Examples:
  $ openclaw-repro list
  $ openclaw-repro explain stream/terminated-mid-reply
  $ openclaw-repro run stream/terminated-mid-reply --gateway 2026.4.14
  $ openclaw-repro run control 'stream/*' --gateway latest --jobs 1

Exit codes:
  0    clean: every scenario ran and nothing was found
  1    reproduced: at least one scenario shows its regression
  125  untestable or inconclusive: this version, or this run, proves nothing
  128  and above: a wrong call, or a failure of the harness (git bisect run stops)`;

/** Runs one command line. Returns the exit code; never throws for a user's mistake. */
export async function main(args: readonly string[]): Promise<number> {
  let exitCode: number = exitCodes.clean;
  const done = (code: number) => {
    exitCode = code;
  };
  const program = new Command('openclaw-repro')
    .description(packageJson.description)
    .version(packageJson.version)
    .addHelpText('after', HELP)
    .showHelpAfterError('(see openclaw-repro --help)')
    .exitOverride()
    .addCommand(runCommand(done))
    .addCommand(matrixCommand(done))
    .addCommand(bisectCommand(done))
    .addCommand(attachCommand())
    .addCommand(shrinkCommand(done))
    .addCommand(redactCommand())
    .addCommand(reportCommand())
    .addCommand(listCommand())
    .addCommand(explainCommand())
    .addCommand(versionsCommand())
    .addCommand(prepareCommand(done))
    .addCommand(storeCommand())
    .addCommand(doctorCommand(done));
  inherit(program);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.wrongCall;
    return report(error);
  }
}

/** Also the commands of commands: commander's own way out is exit code 1, which means `reproduced`. */
function inherit(program: Command): void {
  for (const command of program.commands) inherit(command.copyInheritedSettings(program));
}

function report(error: unknown): number {
  if (!(error instanceof HarnessError)) {
    const detail = error instanceof Error ? error.stack : String(error);
    console.error(`${styleText('red', 'A bug in openclaw-repro', { stream: process.stderr })}: ${detail}`);
    return exitCodes.harness;
  }
  console.error(
    `${styleText('red', error.code, { stream: process.stderr })} ${error.message}\n  ${error.advice}`,
  );
  for (const line of error.logTail)
    console.error(styleText('dim', `  | ${line}`, { stream: process.stderr }));
  return error.exitCode;
}

// A reader that closes early (`| head`) changes no verdict; output that cannot be written is our fault, nobody's regression.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') process.exitCode = exitCodes.harness;
});

const exitCode = await main(process.argv.slice(2));
process.exitCode ??= exitCode;
