import { createInterface } from 'node:readline/promises';
import pLimit from 'p-limit';
import { HarnessError } from '#harness/base/error.ts';
import { counted, plain } from '#harness/base/plain.ts';
import type { Batch } from '#harness/batch/batch.ts';
import { withControls } from '#harness/batch/controls.ts';
import type { Gateway } from '#harness/gateway/gateway.ts';
import { mustNotBeSpoilt, type RunRecord } from '#harness/record/record.ts';
import type { Library } from '#harness/scenario/library.ts';
import type { Scenario } from '#harness/scenario/scenario.ts';
import { matches } from '#harness/verdict/judge.ts';
import { isControl } from '#harness/verdict/rules.ts';
import type { BisectJournal } from './journal.ts';
import { type Probe, type Prober, together } from './probes.ts';

export interface ProberOptions {
  scenario: Scenario;
  library: Library;
  batch: Batch;
  /** Asks a person what to make of each probe. */
  prompt: boolean;
  signal: AbortSignal;
  journal: BisectJournal;
  /** Called with each run's record, and with each probe; `kept` where it was made before. */
  onRecord: (record: RunRecord, version: string, attempt: number) => void;
  onProbe: (probe: Probe, kept: boolean) => void;
  gatewayFor: (name: string, lane: string) => Promise<Gateway>;
}

/** Runs the scenario, or its controls, on a version, and writes down what came of it. */
export class ScenarioProber implements Prober {
  readonly #with: ProberOptions;
  /** One at a time: installs that share a store disturb each other. */
  readonly #installing = pLimit(1);
  readonly #controls: readonly Scenario[];
  readonly #preparing = new Map<string, Promise<Gateway>>();
  #made = 0;
  #seconds = 0;
  #kept = 0;

  constructor(options: ProberOptions) {
    this.#with = options;
    this.#controls = withControls([options.scenario], options.library).filter(({ name }) => isControl(name));
  }

  prepare(version: string): Promise<Gateway> {
    const make = () => this.#with.gatewayFor(version, `store ${version}`);
    const known = this.#preparing.get(version) ?? this.#installing(make);
    this.#preparing.set(version, known);
    return known;
  }

  async probe(version: string, attempt: number): Promise<Probe> {
    return this.#once(this.#with.journal.get(version, attempt), async () =>
      this.#asked(await this.#probe(version, attempt)),
    );
  }

  async control(version: string): Promise<Probe> {
    if (this.#controls.length === 0)
      return { version, control: true, result: 'clean', verdict: 'It needs none.', seconds: 0 };
    return this.#once(this.#with.journal.control(version), () => this.#control(version));
  }

  /** @param seconds since the search began */
  summary(seconds: number): string {
    const kept = this.#kept > 0 ? ` (${this.#kept} more taken from the journal)` : '';
    const ratio =
      this.#seconds > 0 ? `, ${(seconds / this.#seconds).toFixed(2)} times the sum of its runs` : '';
    return `${counted(this.#made, 'run')} of the scenario and its controls made${kept}; it took ${Math.round(seconds)} s${ratio}.`;
  }

  /** What is written down is not run again. */
  async #once(known: Probe | undefined, make: () => Promise<Probe>): Promise<Probe> {
    const { journal, signal, onProbe } = this.#with;
    signal.throwIfAborted();
    if (known) {
      this.#kept++;
      onProbe(known, true);
      return known;
    }
    const started = performance.now();
    const made = await make();
    const seconds = Math.round((performance.now() - started) / 100) / 10;
    const probe = { ...made, seconds };
    this.#made++;
    this.#seconds += seconds;
    journal.add(probe);
    onProbe(probe, false);
    return probe;
  }

  /** What a person makes of a probe, where they want to be asked. */
  async #asked(probe: Probe): Promise<Probe> {
    const { prompt, signal } = this.#with;
    if (!prompt) return probe;
    const ask = createInterface({ input: process.stdin, output: process.stderr });
    try {
      const question = `${probe.version} is ${probe.result}: ${probe.verdict}\n[Enter] so it is, [s]hown, [c]lean, [u]ntestable, [a]gain: `;
      const said = (await ask.question(question, { signal })).trim().toLowerCase();
      const result = ANSWERS[said.slice(0, 1)];
      return result ? { ...probe, result, verdict: `${probe.verdict} (said by hand)` } : probe;
    } finally {
      ask.close();
    }
  }

  async #probe(version: string, attempt: number): Promise<Probe> {
    const { scenario, onRecord } = this.#with;
    const base = { version, seconds: 0 };
    const gateway = await this.#ready(version);
    if ('verdict' in gateway) return { ...base, ...gateway };
    const record = await this.#play(scenario, gateway, attempt);
    onRecord(record, version, attempt);
    return { ...base, result: resultOf(record, scenario), verdict: record.verdict };
  }

  async #control(version: string): Promise<Probe> {
    const base = { version, control: true, seconds: 0 };
    const gateway = await this.#ready(version);
    if ('verdict' in gateway) return { ...base, ...gateway };
    const records = await together(this.#controls.map((one) => this.#play(one, gateway, 1)));
    const failing = records.find(({ outcome }) => outcome !== 'clean');
    if (!failing)
      return { ...base, result: 'clean', verdict: records.map(({ verdict }) => verdict).join(' ') };
    const { scenario, outcome, verdict, error, doubt } = failing;
    const result = error?.blame === 'harness' || doubt === 'machine-busy' ? 'failed' : 'untestable';
    return { ...base, result, verdict: `${scenario.name} is ${outcome}: ${verdict}` };
  }

  /** The gateway, or what it says of a version that there is none. */
  async #ready(version: string): Promise<Gateway | Pick<Probe, 'result' | 'verdict'>> {
    try {
      return await this.prepare(version);
    } catch (error) {
      this.#with.signal.throwIfAborted();
      if (!(error instanceof HarnessError) || error.blame === 'call') throw error;
      this.#preparing.delete(version);
      const said = error.logTail.at(-1);
      const verdict = plain(said ? `${error.message} It said last: ${said}` : error.message);
      return { result: error.blame === 'gateway' ? 'untestable' : 'failed', verdict };
    }
  }

  /** A first run may have been made by another command; further ones are always made. */
  async #play(scenario: Scenario, gateway: Gateway, attempt: number): Promise<RunRecord> {
    const again = attempt > 1 && {
      fresh: true,
      label: `${scenario.name} on ${gateway.version} (${attempt})`,
    };
    const { record } = await this.#with.batch.play({ scenario, gateway, ...again });
    // No other version would do better with a script that fails.
    mustNotBeSpoilt(record, ['call']);
    return record;
  }
}

const ANSWERS: { [letter: string]: Probe['result'] } = {
  s: 'shown',
  c: 'clean',
  u: 'untestable',
  a: 'failed',
};

/** Another failure than the scenario's own, seen clearly, will come again: it is no matter of trying once more. */
function resultOf({ outcome, doubt, findings, error }: RunRecord, scenario: Scenario): Probe['result'] {
  if (error?.blame === 'harness' || doubt === 'machine-busy') return 'failed';
  // The scenario's own matter was looked at, and is not there.
  if (doubt === 'only-slow') return 'clean';
  const another =
    outcome === 'inconclusive' && findings.length > 0 && !findings.some((one) => matches(scenario, one));
  return another ? 'untestable' : RESULTS[outcome];
}

const RESULTS: { [outcome in RunRecord['outcome']]: Probe['result'] } = {
  reproduced: 'shown',
  clean: 'clean',
  untestable: 'untestable',
  inconclusive: 'failed',
};
