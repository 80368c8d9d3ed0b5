import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { exitCodes } from '#harness/base/error.ts';
import { counted } from '#harness/base/plain.ts';
import { newSeed } from '#harness/batch/batch.ts';
import type { Gateway } from '#harness/gateway/gateway.ts';
import type { RunRecord } from '#harness/record/record.ts';
import { choose, loadFile, loadLibrary, only } from '#harness/scenario/library.ts';
import type { Scenario } from '#harness/scenario/scenario.ts';
import { type Cut, cutsOf } from '#harness/shrink/cuts.ts';
import { type Draft, draftOf } from '#harness/shrink/draft.ts';
import { type Attempt, type Original, ShrinkJournal } from '#harness/shrink/journal.ts';
import { printScenario } from '#harness/shrink/print.ts';
import { keyOf, ShrinkProber, shows } from '#harness/shrink/prober.ts';
import { shrink } from '#harness/shrink/search.ts';
import { nearName } from '#harness/terminal/near-name.ts';
import type { Status } from '#harness/terminal/status.ts';
import { paint } from '#reports/table.ts';
import { writeReports } from '#reports/write.ts';
import { budgetOption, positive } from './options.ts';
import { type GatewayOptions, Stage, withGatewayOptions } from './stage.ts';

interface Options extends GatewayOptions {
  gateway: string;
  jobs: number;
  budget: number;
  bootTimeout: number;
  output: string;
}

/** `openclaw-repro shrink`: the least of a scenario that still reproduces. `done` is told the exit code. */
export function shrinkCommand(done: (exitCode: number) => void): Command {
  const command = new Command('shrink')
    .description('reduce a reproducing scenario to the least that still reproduces')
    .argument('<scenario>', 'its name, or a file: fallback/the-thread, ./mine.ts')
    .requiredOption('--gateway <name>', 'the version, image or checkout that it reproduces on')
    .option('--jobs <n>', 'gateways to run at once', positive, 2)
    .addOption(budgetOption())
    .option('--boot-timeout <s>', 'seconds to wait for a gateway to answer', positive, 120)
    .option('--output <dir>', 'where the journal, the scenario file and the reports go', 'out/shrink')
    .action(async (name: string, options: Options) => done(await shrinkScenario(name, options)));
  return withGatewayOptions(command);
}

async function shrinkScenario(name: string, options: Options): Promise<number> {
  const started = performance.now();
  using stage = new Stage(options);
  const { status, timings } = stage;
  const library = await loadLibrary();
  const scenario = only((await choose(library, [name])).scenarios, name);
  await stage.prepare();
  const gateway = await stage.gatewayFor(options.gateway, 'store');
  const output = join(resolve(options.output), `${scenario.name.replace('/', '-')}-${gateway.version}`);
  mkdirSync(output, { recursive: true });
  const journal = journalOf(scenario, gateway, output);
  const prober = new ShrinkProber({
    gateway,
    library,
    batch: stage.batch({ seed: newSeed() }),
    journal,
    onProbe: (probe, kept) => sayProbe(status, probe, kept),
  });

  const original = journal.original ?? (await verify());
  if (!original) return exitCodes.untestable;
  const start: Cut = { draft: startOf(scenario, original, gateway), label: 'as it is' };
  const first = [...cutsOf(start.draft)].length;
  status.say(
    `${counted(first, 'cut')} to try at first, of at most about ${original.seconds} s each; ` +
      `some ${Math.ceil((first * original.seconds) / 60 / options.jobs)} min if few of them hold, and more if many do.`,
  );
  if (journal.size > 0) status.say(`${counted(journal.size, 'probe')} taken from ${nearName(journal.path)}.`);
  const { least, complete, tried } = await shrink(start, {
    cuts: ({ draft }) => cutsOf(draft),
    keyOf,
    reproduces: (cut) => prober.reproduces(cut, original.signature),
    jobs: options.jobs,
    spent: () => performance.now() - started > options.budget * 60_000,
  });
  const text = printScenario(least.draft);
  const path = join(output, 'least.ts');
  writeFileSync(path, text);
  const confirmed = await confirm(path);
  console.log(text);
  const from = sizeOf(start.draft);
  const took = Math.round((performance.now() - started) / 60_000);
  status.say(
    `${scenario.name}: ${from} became ${sizeOf(least.draft)}, in ${counted(tried, 'probe')} and ${took} min. ` +
      `${complete ? 'Nothing that can be cut from it still reproduces.' : 'The time was over before all was tried.'}`,
  );
  status.say(`Again: openclaw-repro run ${nearName(path)} --gateway ${options.gateway}`);
  return confirmed ? exitCodes.clean : exitCodes.untestable;

  async function verify(): Promise<Original | undefined> {
    const estimate = timings.estimate([scenario], gateway.version, 1);
    status.say(
      `Cutting down ${scenario.name} on openclaw@${gateway.version}: first it must reproduce as it is ` +
        `(about ${Math.max(1, Math.round(estimate / 60_000))} min and its controls), then it is run with less and less.`,
    );
    const { record, original: found } = await prober.runOriginal(scenario);
    keep(record, 'original');
    if (found)
      status.say(`${paint('reproduced', 'reproduced', process.stderr)}  as it is  ${record.verdict}`);
    else
      status.say(
        `${scenario.name} does not reproduce on openclaw@${gateway.version} (${record.outcome}: ${record.verdict}), so nothing can be cut from it.`,
      );
    return found;
  }

  /** What counts is the file that people get. */
  async function confirm(file: string): Promise<boolean> {
    const written = await loadFile(file);
    const record = await prober.run({ ...written, name: scenario.name }, 'once more');
    keep(record, 'least');
    const holds = original !== undefined && shows(record, original.signature);
    status.say(
      holds
        ? `${paint('reproduced', 'reproduced', process.stderr)}  once more, from the file  ${record.verdict}`
        : `Run once more, ${nearName(file)} did not show it (${record.outcome}: ${record.verdict}): it reproduces only at times.`,
    );
    return holds;
  }

  function keep(record: RunRecord, folder: string): void {
    mkdirSync(join(output, folder), { recursive: true });
    writeReports(record, join(output, folder));
  }
}

function journalOf(scenario: Scenario, gateway: Gateway, output: string): ShrinkJournal {
  const { version, build } = gateway;
  // Also found out before the first gateway is started: whether it can be printed at all.
  const body = `${printScenario(draftOf(scenario, []))}${scenario.script}`;
  return new ShrinkJournal(join(output, 'journal.jsonl'), {
    scenario: scenario.name,
    gateway: [version, build.integrity ?? build.image].filter(Boolean).join(' '),
    digest: createHash('sha256').update(body).digest('hex').slice(0, 16),
  });
}

/** What is searched for is what was seen, and nothing else that the scenario would call its regression. */
const startOf = (scenario: Scenario, { trace, signature }: Original, { version }: Gateway): Draft => ({
  ...draftOf(scenario, trace),
  // What the scenario is called speaks of all that it had.
  title: `The least of ${scenario.name} that openclaw ${version} fails`,
  about: `Cut down by \`openclaw-repro shrink\`. In full: ${scenario.title}.`,
  checks: [],
  regression: [signature],
});

/** `2 steps, 3 models, 2 faults` */
function sizeOf(draft: Draft): string {
  const { trace, setup, providers } = draft;
  const faults = Object.values(providers).reduce((sum, list) => sum + (list?.length ?? 0), 0);
  return [
    counted(trace.filter((moment) => 'begin' in moment).length, 'step'),
    counted(1 + setup.fallbacks.length, 'model'),
    counted(faults, 'fault'),
  ].join(', ');
}

function sayProbe(status: Status, { reproduces, label, verdict, seconds }: Attempt, kept: boolean): void {
  const word = reproduces
    ? paint('reproduced', 'reproduced', process.stderr)
    : paint('clean', 'no        ', process.stderr);
  status.say(`${word}  ${label}  ${kept ? 'kept' : `${seconds} s`}  ${verdict}`);
}
