import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { HarnessError } from '#harness/base/error.ts';
import { type Environment, type Inputs, readInputs } from './inputs.ts';
import { stepExitCode, type Verdict, verdictOf } from './verdict.ts';

const BIN = fileURLToPath(new URL('../openclaw-repro.mjs', import.meta.url));

/** The step of `action.yml`: runs the command, and tells the job what came of it. Returns the step's exit code. */
export async function runAction(env: Environment): Promise<number> {
  try {
    return await runStep(readInputs(env), env);
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    console.error(`${error.code} ${error.message}\n  ${error.advice}`);
    writeOutputs(env, { outcome: 'failed', 'exit-code': String(error.exitCode) });
    return error.exitCode;
  }
}

async function runStep({ args, output, failOn, issue, token }: Inputs, env: Environment): Promise<number> {
  const { code, stdout } = await quietly(() => command(args, env));
  const verdict = verdictOf(code, stdout);
  writeOutputs(env, {
    outcome: verdict.outcome,
    'exit-code': String(code),
    report: verdict.report,
    folder: output,
  });
  if (verdict.folders.length > 0) await show(verdict, env);
  console.log(`openclaw-repro: ${verdict.outcome} (exit code ${code}); reports in ${output}`);
  const attached = issue && verdict.outcome !== 'failed' ? await attach(output, issue, token, env) : 0;
  return stepExitCode(code, failOn) || attached;
}

/** Text from a gateway must not be taken for commands to the runner. */
async function quietly<T>(run: () => Promise<T>): Promise<T> {
  const word = randomUUID();
  console.log(`::stop-commands::${word}`);
  try {
    return await run();
  } finally {
    console.log(`::${word}::`);
  }
}

async function show({ folders }: Verdict, env: Environment): Promise<void> {
  const annotations = await command(['report', '--format', 'annotations', '--', ...folders], env);
  process.stdout.write(annotations.stdout);
  const summary = await command(['report', '--format', 'summary', '--', ...folders], env);
  if (env.GITHUB_STEP_SUMMARY) appendFileSync(env.GITHUB_STEP_SUMMARY, summary.stdout);
}

/** The comment is about the run that matters most; the others say more about it. */
async function attach(folder: string, issue: string, token: string, env: Environment): Promise<number> {
  const args = ['attach', `--issue=${issue}`, '--yes', '--', folder];
  const { code, stdout } = await command(args, { ...env, GITHUB_TOKEN: token });
  process.stdout.write(stdout);
  return code;
}

async function command(args: readonly string[], env: Environment): Promise<{ code: number; stdout: string }> {
  const { INPUT_TOKEN: _, ...passed } = env;
  const child = spawn(process.execPath, [BIN, ...args], {
    env: passed,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 129));
  });
  const [stdout, code] = await Promise.all([text(child.stdout), ended]);
  return { code, stdout };
}

/** @see https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#multiline-strings */
function writeOutputs({ GITHUB_OUTPUT: file }: Environment, outputs: { [name: string]: string }): void {
  if (!file) return;
  const end = randomUUID();
  for (const [name, value] of Object.entries(outputs)) {
    appendFileSync(file, `${name}<<${end}\n${value}\n${end}\n`);
  }
}
