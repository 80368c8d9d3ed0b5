import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { HarnessError, messageOf } from '#harness/base/error.ts';
import { counted } from '#harness/base/plain.ts';
import { newSeed } from '#harness/batch/batch.ts';
import { exitCodeOf, withControls } from '#harness/batch/controls.ts';
import { cellKey, liveGrid, MARKS } from '#harness/matrix/live-grid.ts';
import { runMatrix, shardOf } from '#harness/matrix/matrix.ts';
import { Progress } from '#harness/matrix/progress.ts';
import {
  type MatrixEntry,
  type MatrixResult,
  matrixResult,
  mergeResults,
  resultOf,
} from '#harness/matrix/result.ts';
import { choose, loadLibrary } from '#harness/scenario/library.ts';
import type { Status } from '#harness/terminal/status.ts';
import type { Outcome } from '#harness/verdict/judge.ts';
import { versionsIn } from '#harness/versions/ranges.ts';
import { matrixPage } from '#reports/matrix.ts';
import { paint } from '#reports/table.ts';
import { writeReports } from '#reports/write.ts';
import { asResults, sayBroken, sayNotPlayed, spoiltRuns } from './broken.ts';
import { positive } from './options.ts';
import { type GatewayOptions, Stage, withGatewayOptions } from './stage.ts';

interface Options extends GatewayOptions {
  scenarios: string[];
  versions: string;
  jobs: number;
  bootTimeout: number;
  output: string;
  shard?: Shard;
  again?: boolean;
}

interface Shard {
  index: number;
  count: number;
}

/** `openclaw-repro matrix`: scenarios times versions. `done` is told the exit code. */
export function matrixCommand(done: (exitCode: number) => void): Command {
  const command = new Command('matrix')
    .description('run scenarios on many versions; results are cached')
    .option('--scenarios <pattern...>', 'names, areas, globs or files (required)')
    .option('--versions <range>', '2026.4.9..2026.4.21, finals, latest-20, >=2026.4 (required)')
    .option('--jobs <n>', 'gateways to run at once; more than the cores only while one is idle', positive, 2)
    .option('--boot-timeout <s>', 'seconds to wait for a gateway to answer', positive, 120)
    .option('--shard <i/n>', 'run only part i of n of the versions', shard)
    .option('--again', 'ignore cached results')
    .option('--output <dir>', 'where matrix.json, the page and the reports go', 'out/matrix')
    .action(async ({ scenarios, versions, ...options }: Partial<Options>) => {
      // Not required by commander: `merge` would have to have them too.
      if (!scenarios) return command.error("error: required option '--scenarios <pattern...>' not specified");
      if (!versions) return command.error("error: required option '--versions <range>' not specified");
      done(await matrix({ ...(options as Options), scenarios, versions }));
    });
  command
    .command('merge')
    .description('combine the results of several machines')
    .argument('<file...>', 'their matrix.json')
    .requiredOption('--into <dir>', 'where matrix.json and the page go')
    .action((files: string[], { into }: { into: string }) => merge(files, into));
  return withGatewayOptions(command);
}

async function matrix(options: Options): Promise<number> {
  using stage = new Stage(options);
  const { status, timings } = stage;
  const library = await loadLibrary();
  const chosen = await choose(library, options.scenarios);
  sayBroken(status, library.broken);
  const scenarios = withControls(chosen.scenarios, library);
  const all = versionsIn(options.versions, await stage.published());
  const versions = options.shard ? shardOf(all, options.shard) : all;
  const output = resolve(options.output);
  mkdirSync(output, { recursive: true });
  await stage.prepare();

  const total = versions.length * scenarios.length;
  const estimate = versions.reduce(
    (sum, version) => sum + timings.estimate(scenarios, version, options.jobs),
    0,
  );
  status.say(
    `${counted(scenarios.length, 'scenario')} on ${counted(versions.length, 'version')}, ${options.jobs} at a time: ` +
      `${counted(total, 'run')}, about ${Math.max(1, Math.round(estimate / 60_000))} min where none was run before.`,
  );
  const progress = new Progress(total);
  const outcomes = new Map<string, Outcome>();
  status.show((width) =>
    liveGrid({
      scenarios: scenarios.map(({ name }) => name),
      versions,
      outcomes,
      width,
      paint: (outcome, text) => paint(outcome, text, process.stderr),
      note: progress.text,
    }),
  );
  const entries = await runMatrix({
    versions,
    scenarios,
    prepare: (version) => stage.gatewayFor(version, `store ${version}`),
    batch: stage.batch({ seed: newSeed() }),
    onEntry: (entry, kept) => {
      progress.count(entry, kept);
      if ('record' in entry) {
        writeReports(
          entry.record,
          reportFolder(output, entry.record.scenario.name, entry.record.gateway.version),
        );
      }
      const row = rowOf(entry);
      outcomes.set(cellKey(row.version, row.scenario), row.outcome);
      // On a terminal the grid says what is clean.
      if (!status.live || row.outcome !== 'clean')
        say(status, row, `${progress.text}${kept ? ', kept' : ''}`);
    },
  });
  status.show(() => []);
  const result = resultOf(entries);
  write(result, output);
  show(result, output);
  console.log(progress.summary(options.jobs));
  for (const line of spoiltRuns(result.cells)) console.error(line);
  sayNotPlayed(chosen.broken);
  return exitCodeOf([
    ...result.cells.map(({ outcome, blame }) => ({ outcome, error: { blame } })),
    ...asResults(chosen.broken),
  ]);
}

function reportFolder(output: string, scenario: string, version: string): string {
  const folder = join(output, scenario.replace('/', '-'), version);
  mkdirSync(folder, { recursive: true });
  return folder;
}

interface Row {
  version: string;
  scenario: string;
  outcome: Outcome;
  why: string;
}

function rowOf(entry: MatrixEntry): Row {
  if (!('record' in entry)) {
    const { version, scenario, reason: why } = entry;
    return { version, scenario, outcome: 'untestable', why };
  }
  const { gateway, scenario, outcome, verdict: why } = entry.record;
  return { version: gateway.version, scenario: scenario.name, outcome, why };
}

function say(status: Status, { version, scenario, outcome, why }: Row, place: string): void {
  status.say(
    `${paint(outcome, outcome.padEnd(12), process.stderr)}  ${version.padEnd(18)} ${scenario}  (${place})  ${why}`,
  );
}

function write(result: MatrixResult, folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'matrix.json'), `${JSON.stringify(result, undefined, 2)}\n`);
  writeFileSync(
    join(folder, 'matrix.html'),
    matrixPage(result, (path) => existsSync(join(folder, path))),
  );
}

/** The grid: a row a version, a column a scenario. */
function show({ scenarios, versions, cells }: MatrixResult, output: string): void {
  const { stdout } = process;
  for (const [index, { name }] of scenarios.entries()) console.log(`${' '.repeat(20 + index * 2)}┌ ${name}`);
  for (const version of versions) {
    const marks = scenarios.map(({ name }) => {
      const cell = cells.find((one) => one.version === version && one.scenario === name);
      return cell ? paint(cell.outcome, MARKS[cell.outcome], stdout) : ' ';
    });
    console.log(`${version.padEnd(20)}${marks.join(' ')}`);
  }
  const legend = Object.entries(MARKS).map(([outcome, mark]) => `${mark} ${outcome}`);
  console.log(`\n${legend.join('  ')}\nPage: ${relative(process.cwd(), join(output, 'matrix.html'))}`);
}

function merge(files: readonly string[], into: string): void {
  const result = mergeResults(files.map(readResult));
  write(result, resolve(into));
  show(result, resolve(into));
}

function readResult(file: string): MatrixResult {
  try {
    return matrixResult.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new HarnessError(
      'NO_RESULT',
      `${file} is not the result of a matrix: ${messageOf(error).split('\n')[0]}`,
      'Name files that `openclaw-repro matrix` has written.',
      { cause: error },
    );
  }
}

function shard(text: string): Shard {
  const [, index, count] = /^(\d{1,4})\/(\d{1,4})$/.exec(text)?.map(Number) ?? [];
  if (!index || !count || index > count) throw new InvalidArgumentError('Expected i/n, from 1/1 to n/n.');
  return { index, count };
}
