import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { exitCodes, HarnessError } from '#harness/base/error.ts';
import { counted } from '#harness/base/plain.ts';
import type { Timings } from '#harness/batch/timings.ts';
import { type Bisected, bisect, type Leg, legsOf } from '#harness/bisect/bisect.ts';
import { namedEnds } from '#harness/bisect/ends.ts';
import { BisectJournal } from '#harness/bisect/journal.ts';
import { ScenarioProber } from '#harness/bisect/prober.ts';
import type { Probe } from '#harness/bisect/probes.ts';
import { loadLibrary, only, select } from '#harness/scenario/library.ts';
import type { Scenario } from '#harness/scenario/scenario.ts';
import type { VersionStore } from '#harness/store/version-store.ts';
import type { Status } from '#harness/terminal/status.ts';
import { versionsIn } from '#harness/versions/ranges.ts';
import { compareVersions } from '#harness/versions/version.ts';
import { bisectLinks, bisectSentences } from '#reports/bisect.ts';
import { bisectPage } from '#reports/bisect-page.ts';
import { changelogLines, subjectOf } from '#reports/changelog.ts';
import { paint } from '#reports/table.ts';
import { writeReports } from '#reports/write.ts';
import { budgetOption, positive } from './options.ts';
import { type GatewayOptions, Stage, withGatewayOptions } from './stage.ts';

interface Options extends GatewayOptions {
  good?: string;
  bad?: string;
  findFix?: boolean;
  flaky?: boolean;
  prompt?: boolean;
  confidence: number;
  budget: number;
  again?: boolean;
  jobs: number;
  line: 'finals' | 'betas' | 'all';
  exclude: string[];
  bootTimeout: number;
  output: string;
}

/** `openclaw-repro bisect`: which version brought a regression, or took it away. `done` is told the exit code. */
export function bisectCommand(done: (exitCode: number) => void): Command {
  const command = new Command('bisect')
    .description('find the version that brought a regression, or the one that took it away')
    .argument('<scenario>', 'its name: stream/terminated-mid-reply')
    .option('--good <version>', 'a version without the regression (default: searched for)')
    .option('--bad <version>', 'a version with it (default: searched for, from the newest back)')
    .option(
      '--find-fix',
      'find where it was fixed; with a --good older than --bad, also where it was introduced',
    )
    .option('--flaky', 'the regression does not show in every run')
    .option('--confidence <p>', 'how sure the answer must be, from 0.5 to 0.999', confidence, 0.95)
    .option('--prompt', 'ask for your own verdict after each probe')
    .addOption(budgetOption())
    .addOption(
      new Option('--line <which>', 'the versions that are searched')
        .choices(['finals', 'betas', 'all'])
        .default('finals'),
    )
    .addOption(new Option('--exclude <version...>', 'versions to skip').default([], 'none'))
    .option('--again', 'ignore cached results')
    .option('--jobs <n>', 'gateways to run at once; more than 2 has no effect', positive, 2)
    .option('--boot-timeout <s>', 'seconds to wait for a gateway to answer', positive, 120)
    .option('--output <dir>', 'where the journal and the reports go', 'out/bisect')
    .action(async (name: string, options: Options) => done(await bisectScenario(name, options)));
  return withGatewayOptions(command);
}

async function bisectScenario(name: string, options: Options): Promise<number> {
  using stage = new Stage(options);
  const { status, timings, store, signal } = stage;
  const library = await loadLibrary();
  const scenario = only(select(library, [name]), name);
  const line = lineOf(options, await stage.published());
  const legs = legsOf({ ...options, findFix: options.findFix ?? false });
  // One question at a time.
  const jobs = options.prompt ? 1 : options.jobs;
  // Says what is wrong with the ends before anything is begun.
  const planned = plan(scenario, legs, line, jobs, timings);
  const output = join(resolve(options.output), scenario.name.replace('/', '-'));
  mkdirSync(output, { recursive: true });
  const journal = new BisectJournal(join(output, 'journal.jsonl'), scenario.name);
  await stage.prepare();
  const prober = new ScenarioProber({
    scenario,
    library,
    batch: stage.batch({ jobs }),
    prompt: options.prompt ?? false,
    signal,
    journal,
    onRecord: (record, version, attempt) => {
      const folder = join(output, version, String(attempt));
      mkdirSync(folder, { recursive: true });
      writeReports(record, folder);
    },
    onProbe: (probe, kept) => say(status, probe, kept),
    gatewayFor: stage.gatewayFor,
  });
  status.say(planned);
  if (journal.size > 0) status.say(`Resuming from ${journal.path}: ${counted(journal.size, 'probe')}.`);
  const started = performance.now();
  const sentences: string[] = [];
  let sure = true;
  for (const leg of legs) {
    const found = await bisect({
      ...leg,
      line,
      flaky: options.flaky ?? false,
      confidence: options.confidence,
      jobs,
      prober,
      ahead: (version) => prober.prepare(version).catch(() => undefined),
      spent: () => performance.now() - started > options.budget * 60_000,
    });
    const further = await readOn(found, scenario, prober, store);
    sentences.push(...bisectSentences(scenario.name, found), ...further);
    writeFileSync(join(output, `${leg.direction}.html`), bisectPage(scenario.name, found, further));
    sure &&= found.answer?.change !== undefined && !found.because;
  }
  writeFileSync(
    join(output, 'bisect.md'),
    `# ${scenario.title}\n\n${sentences.map((one) => `- ${one}`).join('\n')}\n`,
  );
  console.log(`\n${sentences.join('\n')}`);
  console.log(`${prober.summary((performance.now() - started) / 1000)}\nJournal: ${journal.path}`);
  return sure ? exitCodes.clean : exitCodes.untestable;
}

/** What will be done, and about how long it takes. */
function plan(
  scenario: Scenario,
  legs: readonly Leg[],
  line: readonly string[],
  jobs: number,
  timings: Timings,
) {
  const ranges = legs.map((leg) => {
    const { from, to } = namedEnds({ ...leg, line });
    const count = from === undefined || to === undefined ? line.length : to - from + 1;
    const halvings = Math.ceil(Math.log2(count));
    const looked = leg.direction === 'introduced' ? 'came in' : 'went';
    return {
      says: `where it ${looked} (${count} versions, ${line[from ?? 0]} to ${line[to ?? line.length - 1]})`,
      // What is not named is looked for in steps that double.
      probes: halvings + PAIR_AND_ENDS + (from === undefined || to === undefined ? halvings : 0),
    };
  });
  const probes = ranges.reduce((sum, range) => sum + range.probes, 0);
  const runs = probes + ranges.length * PAIR_AND_ENDS;
  const minutesEach = timings.estimate([scenario], line.at(-1) ?? '', 1) / 60_000;
  return (
    `${scenario.name}: looking for ${ranges.map(({ says }) => says).join(', and ')}.\n` +
    `At most some ${probes} probes and their controls, ${jobs} at a time: about ${Math.ceil((runs * minutesEach) / jobs)} min.`
  );
}

/** The ends before the search, and the pair after it: as many probes, and as many controls. */
const PAIR_AND_ENDS = 4;

function lineOf({ line, exclude }: Options, published: Parameters<typeof versionsIn>[1]): string[] {
  const range = { finals: 'finals', betas: 'finals,betas', all: 'all' }[line];
  const left = versionsIn(range, published).filter((version) => !exclude.includes(version));
  if (left.length >= 2) return left;
  throw new HarnessError('EMPTY_RANGE', 'Fewer than two versions are left to search.', 'See --exclude.');
}

const COLOURS = {
  shown: 'reproduced',
  clean: 'clean',
  untestable: 'untestable',
  failed: 'inconclusive',
} as const;

function say(status: Status, { version, result, control, verdict, seconds }: Probe, kept: boolean): void {
  const word = paint(COLOURS[result], result.padEnd(10), process.stderr);
  const took = kept ? 'kept' : `${Math.round(seconds)} s`;
  status.say(`${word}  ${version.padEnd(18)} ${took.padEnd(5)}  ${control ? 'Control: ' : ''}${verdict}`);
}

/** The links between both versions, and what the changelog says. */
async function readOn(
  { answer, versions }: Bisected,
  scenario: Scenario,
  prober: ScenarioProber,
  store: VersionStore,
): Promise<string[]> {
  if (!answer?.change) return [];
  const [before = '', after = ''] = [versions[answer.change.before], versions[answer.change.after]];
  const [old, fresh] = await Promise.all([before, after].map((version) => prober.prepare(version)));
  if (!old || !fresh) return [];
  const isBetween = (version: string) =>
    compareVersions(version, before) > 0 && compareVersions(version, after) <= 0;
  const lines = changelogLines(store.changelog(after), subjectOf(scenario), isBetween);
  return [
    ...bisectLinks(
      { version: before, commit: old.build.commit },
      { version: after, commit: fresh.build.commit },
    ),
    ...lines.map((line) => `Changelog: ${line}`),
  ];
}

function confidence(text: string): number {
  const value = Number(text);
  if (!(value >= 0.5 && value <= 0.999))
    throw new InvalidArgumentError('Expected a number from 0.5 to 0.999.');
  return value;
}
