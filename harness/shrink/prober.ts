import { createHash } from 'node:crypto';
import type { Batch } from '#harness/batch/batch.ts';
import { withControls } from '#harness/batch/controls.ts';
import type { Gateway } from '#harness/gateway/gateway.ts';
import { mustNotBeSpoilt, type RunRecord } from '#harness/record/record.ts';
import type { Library } from '#harness/scenario/library.ts';
import type { Scenario } from '#harness/scenario/scenario.ts';
import { type TraceLine, watched } from '#harness/trace/trace.ts';
import { matches } from '#harness/verdict/judge.ts';
import type { Cut } from './cuts.ts';
import { scenarioOf } from './draft.ts';
import type { Attempt, Original, ShrinkJournal, Signature } from './journal.ts';
import { printScenario } from './print.ts';

interface ShrinkProberOptions {
  gateway: Gateway;
  library: Library;
  batch: Batch;
  journal: ShrinkJournal;
  /** Called with each probe; `kept` where it was made before. */
  onProbe: (probe: Attempt, kept: boolean) => void;
}

/** Two drafts of which the same file would be printed are the same. */
export const keyOf = ({ draft }: Cut): string =>
  createHash('sha256').update(printScenario(draft)).digest('hex').slice(0, 16);

/** Runs a scenario as it is, and then with less and less, and writes down what came of it. */
export class ShrinkProber {
  readonly #with: ShrinkProberOptions;

  constructor(options: ShrinkProberOptions) {
    this.#with = options;
  }

  /**
   * Runs the scenario beside its controls and watches what its script does.
   * @returns what it showed, with `original` where it reproduced
   */
  async runOriginal(scenario: Scenario): Promise<{ record: RunRecord; original?: Original }> {
    const { library, batch, gateway, journal } = this.#with;
    const moments: TraceLine[] = [];
    const script = watched(scenario.script, moments);
    const records = await batch.all(
      withControls([scenario], library).map((one) =>
        one === scenario
          ? { scenario: { ...scenario, script }, gateway, label: scenario.name, fresh: true }
          : { scenario: one, gateway, label: one.name },
      ),
    );
    for (const one of records) mustNotBeSpoilt(one);
    const own = records.find((one) => one.scenario.name === scenario.name);
    // Where a control failed, that is what there is to tell of; what it shows is not the scenario's.
    const record = own ?? records.find(({ outcome }) => outcome !== 'clean');
    if (!record) throw new Error(`no record of ${scenario.name}`);
    if (!own) return { record };
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

  /** @throws HarnessError for a failure of the harness: what it left unknown would stand in the journal for ever */
  async run(scenario: Scenario, label: string): Promise<RunRecord> {
    const { batch, gateway } = this.#with;
    const { record } = await batch.play({ scenario, gateway, label, fresh: true });
    mustNotBeSpoilt(record, ['harness']);
    return record;
  }

  async #probe({ draft, label }: Cut, signature: Signature): Promise<Omit<Attempt, 'key' | 'label'>> {
    // Where a step makes no sense without another, as one behind it, its script fails: what is left is no scenario.
    const record = await this.run(scenarioOf(draft), label);
    return { reproduces: shows(record, signature), verdict: record.verdict, seconds: secondsOf(record) };
  }
}

/** True where the first finding that counts is of the same kind. */
export function shows({ outcome, findings, scenario }: Seen, { check, stage }: Signature): boolean {
  const decisive = findings.find((finding) => matches(scenario, finding));
  return outcome === 'reproduced' && decisive?.check === check && decisive.stage === stage;
}

type Seen = Pick<RunRecord, 'outcome' | 'findings'> & { scenario: Pick<RunRecord['scenario'], 'regression'> };

const secondsOf = ({ timing }: RunRecord): number => Math.round(timing.totalMs / 1000);
