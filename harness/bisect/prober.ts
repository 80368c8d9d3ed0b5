import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { HarnessError, messageOf } from '#harness/error.ts';
import type { Gateway } from '#harness/gateway/gateway.ts';
import { matches } from '#harness/judge.ts';
import type { Library } from '#harness/library.ts';
import { ResultCache } from '#harness/matrix/cache.ts';
import type { RunRecord } from '#harness/record.ts';
import { run } from '#harness/run.ts';
import { runAll, withControls } from '#harness/run-all.ts';
import type { Scenario } from '#harness/scenario.ts';
import type { VersionStore } from '#harness/store/version-store.ts';
import type { Status } from '#harness/terminal/status.ts';
import type { Probe } from './bisect.ts';
import type { Journal } from './journal.ts';

export interface ProberOptions {
  scenario: Scenario;
  library: Library;
  /** How long a gateway may take to answer, in seconds. */
  bootTimeout: number;
  /** Asks a person what to make of each probe. */
  prompt: boolean;
  store: VersionStore;
  status: Status;
  signal: AbortSignal;
  journal: Journal;
  /** Called with each run's record, and with each probe; `kept` where it was made before. */
  onRecord: (record: RunRecord, version: string, attempt: number) => void;
  onProbe: (probe: Probe, kept: boolean) => void;
  gatewayFor: (name: string, lane: string) => Promise<Gateway>;
}

/** Runs the scenario on a version, beside its controls the first time, and writes down what came of it. */
export class Prober {
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
    const probe = known ?? (await this.#asked(await this.#run(version, attempt)));
    const seconds = known?.seconds ?? Math.round((performance.now() - started) / 100) / 10;
    if (!known) {
      this.#seconds += seconds;
      journal.add({ ...probe, seconds });
    }
    this.#with.onProbe({ ...probe, seconds }, known !== undefined);
    return { ...probe, seconds };
  }

  /** @param seconds since the search began */
  summary(seconds: number): string {
    const kept = this.#kept > 0 ? `, ${this.#kept} taken from the journal` : '';
    const ratio =
      this.#seconds > 0 ? `: ${(seconds / this.#seconds).toFixed(2)} times the probes themselves` : '';
    return `${this.#made} probes made${kept}; ${Math.round(seconds)} s${ratio}.`;
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

  async #run(version: string, attempt: number): Promise<Probe> {
    const { scenario, library, bootTimeout, store, status, signal, onRecord, gatewayFor } = this.#with;
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
            bootTimeoutMs: bootTimeout * 1000,
            older: (older) => gatewayFor(older, lane),
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
    onRecord(record, version, attempt);
    return { ...base, result: resultOf(record, scenario), verdict: record.verdict };
  }
}

const ANSWERS: { [letter: string]: Probe['result'] } = {
  s: 'shown',
  c: 'clean',
  u: 'untestable',
  a: 'failed',
};

/** Another failure than the scenario's own, seen clearly, will come again: it is no matter of trying once more. */
function resultOf({ outcome, findings }: RunRecord, scenario: Scenario): Probe['result'] {
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
