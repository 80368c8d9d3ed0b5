import { createHash } from 'node:crypto';
import { HarnessError } from '#harness/base/error.ts';
import type { ResultCache } from '#harness/batch/cache.ts';
import { runAll, withControls } from '#harness/batch/run-all.ts';
import type { Gateway } from '#harness/gateway/gateway.ts';
import type { RunRecord } from '#harness/record/record.ts';
import type { PlayOptions } from '#harness/run/play.ts';
import { run } from '#harness/run/run.ts';
import type { Library } from '#harness/scenario/library.ts';
import type { Scenario } from '#harness/scenario/scenario.ts';
import type { Status } from '#harness/terminal/status.ts';
import { type Moment, watched } from '#harness/trace/trace.ts';
import { matches } from '#harness/verdict/judge.ts';
import type { Cut } from './cuts.ts';
import { scenarioOf } from './draft.ts';
import type { Journal, Original, Probe, Signature } from './journal.ts';
import { printScenario } from './print.ts';

interface ProberOptions {
  gateway: Gateway;
  library: Library;
  /** Gateways at a time. */
  jobs: number;
  play: Omit<PlayOptions, 'progress' | 'keep'>;
  cache: Pick<ResultCache, 'get' | 'put'>;
  journal: Journal;
  status: Status;
  /** Called with each probe; `kept` where it was made before. */
  onProbe: (probe: Probe, kept: boolean) => void;
}

/** Two drafts of which the same file would be printed are the same. */
export const keyOf = ({ draft }: Cut): string =>
  createHash('sha256').update(printScenario(draft)).digest('hex').slice(0, 16);

/** Runs a scenario as it is, and then with less and less, and writes down what came of it. */
export class Prober {
  readonly #with: ProberOptions;

  constructor(options: ProberOptions) {
    this.#with = options;
  }

  /**
   * Runs the scenario beside its controls and watches what its script does.
   * @returns what it showed, with `original` where it reproduced
   */
  async runOriginal(scenario: Scenario): Promise<{ record: RunRecord; original?: Original }> {
    const { library, jobs, play, journal } = this.#with;
    const moments: Moment[] = [];
    const script = watched(scenario.script, moments);
    const records = await runAll(withControls([scenario], library), {
      jobs,
      signal: play.signal,
      run: (one, signal) =>
        one === scenario ? this.run({ ...scenario, script }, one.name, signal) : this.#control(one, signal),
      onRecord: () => undefined,
    });
    const record = records.find((one) => one.scenario.name === scenario.name);
    if (!record) throw new Error(`no record of ${scenario.name}`);
    const finding = record.findings.find((one) => matches(scenario, one));
    if (record.outcome !== 'reproduced' || !finding) return { record };
    const { check, stage } = finding;
    const original: Original = {
      trace: moments,
      signature: { check, ...(stage && { stage }) },
      verdict: record.verdict,
      seconds: secondsOf(record),
    };
    journal.add(original);
    return { record, original };
  }

  /** Whether what is left shows the same: the same check, and the same place where the turn stopped. */
  async reproduces(cut: Cut, signature: Signature): Promise<boolean> {
    const { journal, onProbe } = this.#with;
    const key = keyOf(cut);
    const known = journal.get(key);
    const probe = known ?? { key, label: cut.label, ...(await this.#probe(cut, signature)) };
    if (!known) journal.add(probe);
    onProbe(probe, known !== undefined);
    return probe.reproduces;
  }

  async run(
    scenario: Scenario,
    lane: string,
    signal: AbortSignal = this.#with.play.signal,
  ): Promise<RunRecord> {
    const { gateway, play, status } = this.#with;
    try {
      return await run(scenario, gateway, { ...play, signal, progress: (text) => status.set(lane, text) });
    } finally {
      status.clear(lane);
    }
  }

  async #probe({ draft, label }: Cut, signature: Signature): Promise<Omit<Probe, 'key' | 'label'>> {
    const started = performance.now();
    try {
      const record = await this.run(scenarioOf(draft), label);
      return { reproduces: shows(record, signature), verdict: record.verdict, seconds: secondsOf(record) };
    } catch (error) {
      // A step that makes no sense without another, as one behind it: what is left is no scenario.
      if (!(error instanceof HarnessError) || error.code !== 'SCRIPT_FAILED') throw error;
      const seconds = Math.round((performance.now() - started) / 1000);
      return { reproduces: false, verdict: error.message, seconds };
    }
  }

  async #control(control: Scenario, signal: AbortSignal): Promise<RunRecord> {
    const { cache, gateway } = this.#with;
    const cached = cache.get(control, gateway);
    if (cached) return cached;
    const record = await this.run(control, control.name, signal);
    cache.put(control, gateway, record);
    return record;
  }
}

/** True where the first finding that counts is of the same kind. */
export function shows({ outcome, findings, scenario }: Seen, { check, stage }: Signature): boolean {
  const decisive = findings.find((finding) => matches(scenario, finding));
  return outcome === 'reproduced' && decisive?.check === check && decisive.stage === stage;
}

type Seen = Pick<RunRecord, 'outcome' | 'findings'> & { scenario: Pick<RunRecord['scenario'], 'regression'> };

const secondsOf = ({ timing }: RunRecord): number => Math.round(timing.totalMs / 1000);
