import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type Bisected, bisect, type Direction, type Probe } from '#harness/bisect/bisect.ts';
import { Journal } from '#harness/bisect/journal.ts';
import { exitCodes, HarnessError, messageOf } from '#harness/error.ts';
import type { Gateway } from '#harness/gateway/gateway.ts';
import { type Library, loadLibrary, select } from '#harness/library.ts';
import { ResultCache } from '#harness/matrix/cache.ts';
import { versionsIn } from '#harness/ranges.ts';
import type { RunRecord } from '#harness/record.ts';
import { run } from '#harness/run.ts';
import { runAll, withControls } from '#harness/run-all.ts';
import type { Scenario } from '#harness/scenario.ts';
import { VersionStore } from '#harness/store/version-store.ts';
import { onInterrupt } from '#harness/terminal/interrupt.ts';
import { type Status, startStatus } from '#harness/terminal/status.ts';
import { compareVersions } from '#harness/version.ts';
import { bisectLinks, bisectSentences, changelogLines } from '#reports/bisect.ts';
import { paint } from '#reports/table.ts';
import { writeReports } from '#reports/write.ts';
import { type GatewayOptions, gatewaysFor, withGatewayOptions } from './gateways.ts';
import { positive } from './options.ts';

interface Options extends GatewayOptions {
  good?: string;
  bad?: string;
  findFix?: boolean;
  flaky?: boolean;
  confidence: number;
  budget: number;
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
    .option('--good <version>', 'one without the regression (default: looked for)')
    .option('--bad <version>', 'one with it (default: looked for, from the newest back)')
    .option('--find-fix', 'find where it went, not where it came from')
    .option('--flaky', 'it is known not to show every time')
    .option('--confidence <p>', 'how sure the answer must be, from 0.5 to 0.999', confidence, 0.95)
    .option('--budget <time>', 'begin no probe after this time: 45m, 2h', minutes, 24 * 60)
    .addOption(
      new Option('--line <which>', 'the versions that are searched')
        .choices(['finals', 'betas', 'all'])
        .default('finals'),
    )
    .option('--exclude <version...>', 'versions that are left out', [])
    .option('--boot-timeout <s>', 'how long a gateway may take to answer', positive, 120)
    .option('--output <dir>', 'where the journal and the reports go', 'out/bisect')
    .action(async (name: string, options: Options) => done(await bisectScenario(name, options)));
  return withGatewayOptions(command);
}

async function bisectScenario(name: string, options: Options): Promise<number> {
  using status = startStatus();
  using interrupt = onInterrupt(() =>
    status.say('Stopping. The same command goes on where this one was. (Once more to leave at once.)'),
  );
  const { signal } = interrupt;
  const library = await loadLibrary();
  const scenario = oneScenario(name, library);
  const store = new VersionStore();
  status.set('registry', 'asking the registry');
  const line = lineOf(options, await store.published(signal));
  status.clear('registry');
  const direction: Direction = options.findFix ? 'fixed' : 'introduced';
  const output = join(resolve(options.output), `${scenario.name.replace('/', '-')}-${direction}`);
  mkdirSync(output, { recursive: true });
  const journal = new Journal(join(output, 'journal.jsonl'), scenario.name);
  const gatewayFor = await gatewaysFor(options, store, status, signal);
  const prober = new Prober({
    scenario,
    library,
    options,
    store,
    status,
    signal,
    journal,
    output,
    gatewayFor,
  });
  status.say(
    `Looking for where ${scenario.name} ${direction === 'introduced' ? 'came in' : 'went'} among ${line.length} versions, ` +
      `${line[0]} to ${line.at(-1)}: some ${Math.ceil(Math.log2(line.length)) + 4} probes of about a minute each.`,
  );
  if (journal.size > 0) status.say(`${journal.size} probes are taken from ${journal.path}.`);
  const started = performance.now();
  const found = await bisect({
    line,
    direction,
    good: options.good,
    bad: options.bad,
    flaky: options.flaky ?? false,
    confidence: options.confidence,
    probe: (version, attempt) => prober.probe(version, attempt),
    ahead: (version) => prober.prepare(version).catch(() => undefined),
    spent: () => performance.now() - started > options.budget * 60_000,
  });
  const sentences = [...bisectSentences(scenario.name, found), ...(await readOn(found, scenario, prober))];
  writeFileSync(
    join(output, 'bisect.md'),
    `# ${scenario.title}\n\n${sentences.map((one) => `- ${one}`).join('\n')}\n`,
  );
  console.log(`\n${sentences.join('\n')}`);
  console.log(`${prober.summary((performance.now() - started) / 1000)}\nJournal: ${journal.path}`);
  return found.answer?.change && !found.because ? exitCodes.clean : exitCodes.untestable;
}

function oneScenario(name: string, library: Library): Scenario {
  const [scenario, ...others] = select(library, [name]);
  if (scenario && others.length === 0) return scenario;
  throw new HarnessError(
    'ONE_SCENARIO',
    'call',
    `A search is for one scenario; ${name} means ${others.length + 1}.`,
    'Name one: openclaw-repro list shows them.',
  );
}

function lineOf({ line, exclude }: Options, published: Parameters<typeof versionsIn>[1]): string[] {
  const range = { finals: 'finals', betas: 'finals,betas', all: 'all' }[line];
  const left = versionsIn(range, published).filter((version) => !exclude.includes(version));
  if (left.length >= 2) return left;
  throw new HarnessError(
    'EMPTY_RANGE',
    'call',
    'Fewer than two versions are left to search.',
    'See --exclude.',
  );
}

interface ProberOptions {
  scenario: Scenario;
  library: Library;
  options: Options;
  store: VersionStore;
  status: Status;
  signal: AbortSignal;
  journal: Journal;
  output: string;
  gatewayFor: (name: string, lane: string) => Promise<Gateway>;
}

/** Runs the scenario on a version, beside its controls the first time, and writes down what came of it. */
class Prober {
  readonly #with: ProberOptions;
  readonly #cache: ResultCache;
  readonly #preparing = new Map<string, Promise<Gateway>>();
  #made = 0;
  #seconds = 0;
  #kept = 0;

  constructor(options: ProberOptions) {
    this.#with = options;
    this.#cache = new ResultCache(join(options.store.folder, 'results'));
  }

  prepare(version: string): Promise<Gateway> {
    const known = this.#preparing.get(version) ?? this.#with.gatewayFor(version, `store ${version}`);
    this.#preparing.set(version, known);
    return known;
  }

  async probe(version: string, attempt: number): Promise<Probe> {
    const { journal, signal } = this.#with;
    signal.throwIfAborted();
    const known = journal.get(version, attempt);
    if (known) this.#kept++;
    else this.#made++;
    const started = performance.now();
    const probe = known ?? (await this.#run(version, attempt));
    const seconds = known?.seconds ?? Math.round((performance.now() - started) / 100) / 10;
    if (!known) {
      this.#seconds += seconds;
      journal.add({ ...probe, seconds });
    }
    this.#say({ ...probe, seconds }, known !== undefined);
    return { ...probe, seconds };
  }

  /** What the package says has changed. */
  changelog(version: string): string {
    return this.#with.store.changelog(version);
  }

  /** @param seconds since the search began */
  summary(seconds: number): string {
    const kept = this.#kept > 0 ? `, ${this.#kept} taken from the journal` : '';
    const ratio =
      this.#seconds > 0 ? `: ${(seconds / this.#seconds).toFixed(2)} times the probes themselves` : '';
    return `${this.#made} probes made${kept}; ${Math.round(seconds)} s${ratio}.`;
  }

  async #run(version: string, attempt: number): Promise<Probe> {
    const { scenario, library, options, store, status, signal, output } = this.#with;
    const base = { version, seconds: 0 };
    let gateway: Gateway;
    try {
      gateway = await this.prepare(version);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof HarnessError) || error.blame === 'call') throw error;
      this.#preparing.delete(version);
      const result = error.blame === 'gateway' ? 'untestable' : 'failed';
      return { ...base, result, verdict: messageOf(error) };
    }
    const seed = randomBytes(4).toString('hex');
    const records = await runAll(attempt === 1 ? withControls([scenario], library) : [scenario], {
      jobs: 2,
      signal,
      run: async (one, laneSignal) => {
        const cached = attempt === 1 ? this.#cache.get(one, gateway) : undefined;
        if (cached) return cached;
        const lane = `${one.name} on ${version}`;
        try {
          const record = await run(one, gateway, {
            runs: store.runs,
            seed,
            signal: laneSignal,
            bootTimeoutMs: options.bootTimeout * 1000,
            progress: (text) => status.set(lane, text),
          });
          if (attempt === 1) this.#cache.put(one, gateway, record);
          return record;
        } finally {
          status.clear(lane);
        }
      },
      onRecord: () => undefined,
    });
    const record = records.find((one) => one.scenario.name === scenario.name);
    if (!record) throw new Error(`no record of ${scenario.name}`);
    const folder = join(output, version, String(attempt));
    mkdirSync(folder, { recursive: true });
    writeReports(record, folder);
    return { ...base, result: RESULTS[record.outcome], verdict: record.verdict };
  }

  #say({ version, result, verdict, seconds }: Probe, kept: boolean): void {
    const colour = {
      shown: 'reproduced',
      clean: 'clean',
      untestable: 'untestable',
      failed: 'inconclusive',
    } as const;
    const word = paint(colour[result], result.padEnd(10), process.stderr);
    this.#with.status.say(
      `${word}  ${version.padEnd(18)} ${kept ? 'kept' : `${Math.round(seconds)} s`}  ${verdict}`,
    );
  }
}

const RESULTS: { [outcome in RunRecord['outcome']]: Probe['result'] } = {
  reproduced: 'shown',
  clean: 'clean',
  untestable: 'untestable',
  inconclusive: 'failed',
};

/** The links between both versions, and what the changelog says. */
async function readOn({ answer, versions }: Bisected, scenario: Scenario, prober: Prober): Promise<string[]> {
  if (!answer?.change) return [];
  const [before = '', after = ''] = [versions[answer.change.before], versions[answer.change.after]];
  const [old, fresh] = await Promise.all([before, after].map((version) => prober.prepare(version)));
  if (!old || !fresh) return [];
  const isBetween = (version: string) =>
    compareVersions(version, before) > 0 && compareVersions(version, after) <= 0;
  const lines = changelogLines(prober.changelog(after), scenario.name, isBetween);
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

function minutes(text: string): number {
  const [, value, unit] = /^(\d{1,4})(m|h)$/.exec(text) ?? [];
  if (!value || value === '0') throw new InvalidArgumentError('Expected a time: 45m, 2h.');
  return Number(value) * (unit === 'h' ? 60 : 1);
}
