import { accessSync, constants, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { HarnessError, messageOf } from '#harness/base/error.ts';
import { counted } from '#harness/base/plain.ts';
import { newSeed } from '#harness/batch/batch.ts';
import { exitCodeOf, withControls } from '#harness/batch/controls.ts';
import { usualJobs } from '#harness/batch/starts.ts';
import type { Gateway } from '#harness/gateway/gateway.ts';
import type { RunRecord } from '#harness/record/record.ts';
import { leavesVerdict } from '#harness/run/diagnostics.ts';
import { choose, loadLibrary } from '#harness/scenario/library.ts';
import { nearName } from '#harness/terminal/near-name.ts';
import { outcomeTable, paint, summary } from '#reports/table.ts';
import { makeReportFolder, writeReports } from '#reports/write.ts';
import { asResults, sayBroken, sayNotPlayed } from './broken.ts';
import { positive } from './options.ts';
import { type GatewayOptions, Stage, withGatewayOptions } from './stage.ts';

interface Options extends GatewayOptions {
  gateway: string;
  all?: boolean;
  jobs: number;
  seed?: string;
  output: string;
  json?: boolean;
  keep?: boolean;
  diagnostics?: boolean;
  control: boolean;
  newest?: boolean;
  bootTimeout: number;
}

/** `openclaw-repro run`: plays scenarios on one gateway. `done` is told the exit code. */
export function runCommand(done: (exitCode: number) => void): Command {
  const command = new Command('run')
    .description('run scenarios on a real gateway and judge the outcome')
    .argument(
      '[scenario...]',
      'names, areas, globs or files: stream/terminated-mid-reply, control, "oauth/*", ./mine.ts',
    )
    .requiredOption(
      '--gateway <name>',
      '2026.4.14, a tag (latest, beta), image:<reference>, or path:<checkout>',
    )
    .option('--all', 'run every scenario of the library')
    .option(
      '--jobs <n>',
      'gateways to run at once; more than the cores only while one is idle',
      positive,
      usualJobs,
    )
    .option('--seed <text>', 'repeat a run: same messages, same tokens (default: a new one)', seed)
    .option('--output <dir>', 'where the reports go', 'out')
    .option('--boot-timeout <s>', 'seconds to wait for a gateway to answer', positive, 120)
    .option('--json', 'print the records as JSON, without their timelines')
    .option('--keep', 'keep the gateway’s folder (HOME, logs) and print its path')
    .option(
      '--diagnostics',
      'run the gateway’s own status, doctor and models status afterwards, for the reports; they are not judged',
    )
    .option('--no-control', 'skip the controls that prove that the set-up works')
    .option(
      '--newest',
      'run them on the newest version too, for the reports; the exit code is about --gateway',
    )
    .action(async (patterns: string[], options: Options) => {
      if (patterns.length === 0 && !options.all)
        return command.error("error: name scenarios, or all of them with '--all'");
      done(await runScenarios(options.all ? ['**', ...patterns] : patterns, options));
    });
  return withGatewayOptions(command);
}

async function runScenarios(patterns: readonly string[], options: Options): Promise<number> {
  using stage = new Stage(options, 'Stopping the gateways. Press Ctrl-C again to quit now.');
  const { status, timings } = stage;
  const library = await loadLibrary();
  const { scenarios: chosen, broken } = await choose(library, patterns);
  sayBroken(status, [...new Set([...library.broken, ...broken])]);
  const scenarios = options.control ? withControls(chosen, library) : chosen;
  const output = resolve(options.output);
  prepareOutput(output);
  await stage.prepare();
  const gateways = [await stage.gatewayFor(options.gateway, 'store')];
  const newest = options.newest && (await stage.gatewayFor('latest', 'store'));
  if (newest && newest.version !== gateways[0]?.version) gateways.push(newest);
  const { seed: chosenSeed = newSeed(), jobs, keep, diagnostics } = options;

  // Not the controls that are only added: a minute or more each would be lost.
  const diagnosed = diagnostics ? chosen.filter(leavesVerdict) : [];
  for (const { name } of diagnostics ? chosen.filter((scenario) => !leavesVerdict(scenario)) : [])
    status.say(`No diagnostics for ${name}: it is judged by the stored tokens, which they may change.`);

  const folders = new Map<string, string>();
  let unwritten: HarnessError | undefined;
  const batch = stage.batch({
    // What is named is run, whatever was run before.
    cache: undefined,
    seed: chosenSeed,
    ...(keep && { keep: ({ name }, path) => status.say(`  ${name}: kept ${path}`) }),
  });
  const playOn = (gateway: Gateway): Promise<RunRecord[]> => {
    status.say(plan(scenarios.length, gateway, timings.estimate(scenarios, gateway.version, jobs), jobs));
    const cells = scenarios.map((scenario) => ({
      scenario,
      gateway,
      label: scenario.name,
      diagnostics: diagnosed.includes(scenario),
    }));
    return batch.all(cells, {
      expectedMs: ({ scenario }) => timings.of(scenario, gateway.version),
      onRecord: (record) => {
        const { scenario, outcome, verdict } = record;
        unwritten ??= attempt(() => {
          const folder = makeReportFolder(record, output);
          folders.set(keyOf(record), folder);
          writeReports(record, folder);
        });
        status.say(`${paint(outcome, outcome.padEnd(12), process.stderr)}  ${scenario.name}  ${verdict}`);
      },
      onGivenUp: (count, { scenario, outcome }) =>
        status.say(
          `Not played to the end: ${counted(count, 'scenario')}. ${scenario.name} is ${outcome}, so they would prove nothing; ` +
            'to play them anyway, use --no-control.',
        ),
    });
  };
  const runs: RunRecord[][] = [];
  for (const gateway of gateways) runs.push(await playOn(gateway));
  const records = runs.flat();
  // The controls may have changed what a record says, and each report names what ran beside it.
  unwritten ??= attempt(() => {
    for (const record of records) writeReports(record, folders.get(keyOf(record)) ?? output, records);
  });
  show(records, folders, options.json ?? false);
  sayNotPlayed(broken);
  if (unwritten) throw unwritten;
  return exitCodeOf([...(runs[0] ?? []), ...asResults(broken)]);
}

const keyOf = ({ scenario, gateway }: RunRecord): string => `${gateway.version} ${scenario.name}`;

/** Found out before the first gateway is started, not after the last. */
function prepareOutput(output: string): void {
  try {
    mkdirSync(output, { recursive: true });
    accessSync(output, constants.W_OK);
  } catch (error) {
    const advice = 'Name another folder with --output.';
    throw new HarnessError(
      'OUTPUT_UNUSABLE',
      `Reports cannot be written to ${output}: ${messageOf(error)}`,
      advice,
    );
  }
}

/** A report that cannot be written takes no result away: it is said after the results. */
function attempt(write: () => void): HarnessError | undefined {
  try {
    write();
    return undefined;
  } catch (error) {
    const advice = 'Free some space, or name another folder with --output; the verdicts above stand.';
    return new HarnessError('REPORT_LOST', `A report could not be written: ${messageOf(error)}`, advice);
  }
}

function plan(count: number, { version, build }: Gateway, estimateMs: number, jobs: number): string {
  const minutes = Math.max(1, Math.round(estimateMs / 60_000));
  const lanes = Math.min(jobs, count);
  const where = build.runtime === 'container' ? 'in a container' : 'as a process';
  const how = lanes > 1 ? `, ${lanes} at a time` : '';
  return `${counted(count, 'scenario')} on openclaw@${version} ${where}${how}: about ${minutes} min.`;
}

function show(records: readonly RunRecord[], folders: ReadonlyMap<string, string>, json: boolean): void {
  if (json) {
    const runs = records.map((record) => {
      const { timeline: _timeline, ...rest } = record;
      return { ...rest, folder: folders.get(keyOf(record)) };
    });
    console.log(JSON.stringify({ runs }));
    return;
  }
  console.log(`\n${outcomeTable(records, process.stdout)}\n\n${summary(records)}`);
  const worst = records.find(({ outcome }) => outcome === 'reproduced') ?? records.at(-1);
  const folder = worst && folders.get(keyOf(worst));
  if (folder) console.log(`Report: ${nearName(join(folder, 'report.md'))}`);
}

function seed(text: string): string {
  if (!/^[\w.-]{1,64}$/.test(text))
    throw new InvalidArgumentError('Expected up to 64 letters, digits, dots or dashes.');
  return text;
}
