import type { ProbeResult } from './answer.ts';
import type { Counts } from './belief.ts';

/** One run of the scenario on one version, or of its controls there, and what it says. */
export interface Probe {
  version: string;
  /** `failed`: nobody's fault but the machine's, so it moves no belief. */
  result: ProbeResult | 'failed';
  /** True for the controls: `clean` where all are. */
  control?: boolean | undefined;
  /** One sentence. */
  verdict: string;
  seconds: number;
}

export interface Prober {
  /** Runs the scenario once; `attempt` counts from 1 for each version. */
  probe(version: string, attempt: number): Promise<Probe>;
  /** Runs the controls of the scenario once: where one is not clean, nothing that the version shows counts. */
  control(version: string): Promise<Probe>;
}

const FAILURES = 3;

/** Makes probes, and keeps what they said of each version. */
export class Probes {
  readonly #prober: Prober;
  readonly #results = new Map<string, ProbeResult[]>();
  readonly #attempts = new Map<string, number>();
  readonly #controls = new Map<string, Promise<boolean>>();
  /** Versions whose probes kept failing, or whose controls did: whatever else they said does not count. */
  readonly #refused = new Set<string>();
  /** The versions whose controls are clean. */
  readonly proved = new Set<string>();
  /** What was said of a version that cannot be tested. */
  readonly why = new Map<string, string>();

  constructor(prober: Prober) {
    this.#prober = prober;
  }

  of(version: string): readonly ProbeResult[] {
    return this.#refused.has(version) ? ['untestable'] : (this.#results.get(version) ?? []);
  }

  get counts(): ReadonlyMap<string, Counts> {
    return new Map(
      [...this.#results.keys()].map((version) => [
        version,
        {
          shown: this.of(version).filter((result) => result === 'shown').length,
          clean: this.of(version).filter((result) => result === 'clean').length,
        },
      ]),
    );
  }

  /** The versions that turned out to be untestable, in the order in which they did. */
  get untestable(): string[] {
    return [...this.why.keys()].filter((version) => this.of(version).includes('untestable'));
  }

  /** The versions that seem to be testable, while their controls have not been run. */
  get unproved(): string[] {
    const isTested = (version: string) => !this.of(version).includes('untestable');
    return [...this.#results.keys()].filter((version) => isTested(version) && !this.proved.has(version));
  }

  /** One probe that says something; a version whose probes keep failing cannot be tested. */
  async make(version: string): Promise<ProbeResult> {
    for (let failures = 0; failures < FAILURES; failures++) {
      const attempt = (this.#attempts.get(version) ?? 0) + 1;
      this.#attempts.set(version, attempt);
      const { result, verdict } = await this.#prober.probe(version, attempt);
      if (result === 'failed' || result === 'untestable') this.why.set(version, verdict);
      if (result === 'failed') {
        // Before it is tried again: perhaps nothing works there.
        if (await this.prove(version)) continue;
        return 'untestable';
      }
      this.#results.set(version, [...(this.#results.get(version) ?? []), result]);
      return result;
    }
    this.#refused.add(version);
    return 'untestable';
  }

  /** Whether the controls of a version are clean. */
  prove(version: string): Promise<boolean> {
    const known = this.#controls.get(version) ?? this.#prove(version);
    this.#controls.set(version, known);
    return known;
  }

  async #prove(version: string): Promise<boolean> {
    for (let failures = 0; failures < FAILURES; failures++) {
      const { result, verdict } = await this.#prober.control(version);
      if (result === 'clean') {
        this.proved.add(version);
        return true;
      }
      this.why.set(version, verdict);
      if (result === 'untestable') break;
    }
    this.#refused.add(version);
    return false;
  }
}

/** As `Promise.all`, but ends only when all have ended: nothing may be left running. */
export async function together<T extends readonly unknown[]>(
  runs: {
    readonly [K in keyof T]: Promise<T[K]>;
  },
): Promise<T> {
  await Promise.allSettled(runs);
  return Promise.all(runs) as Promise<unknown> as Promise<T>;
}
