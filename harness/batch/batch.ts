import { randomBytes } from 'node:crypto';
import type { Gateway } from '#harness/gateway/gateway.ts';
import { isSpoilt, type RunRecord } from '#harness/record/record.ts';
import type { PlayOptions } from '#harness/run/play.ts';
import { type RunOptions, run } from '#harness/run/run.ts';
import type { Scenario } from '#harness/scenario/scenario.ts';
import { isControl } from '#harness/verdict/rules.ts';
import type { ResultCache } from './cache.ts';
import { underControl } from './controls.ts';
import { type Lane, Lanes, type LanesOptions } from './lanes.ts';
import type { Timings } from './timings.ts';

/** A seed for messages and tokens that no other run has. */
export const newSeed = (): string => randomBytes(4).toString('hex');

/** One scenario on one version. */
export interface Cell {
  scenario: Scenario;
  gateway: Gateway;
  /** What the status calls it. @default the scenario and the version */
  label?: string;
  /** Neither taken from the cache nor kept there: a run once more, or one that no file stands for. */
  fresh?: boolean;
  diagnostics?: boolean;
}

export interface Played {
  record: RunRecord;
  /** It was run before, by this command or another one. */
  kept: boolean;
}

export interface BatchOptions extends LanesOptions {
  play: Pick<RunOptions, 'runs' | 'states' | 'bootTimeoutMs' | 'onBug'>;
  /** Of every run. @default a new one for each */
  seed?: string | undefined;
  /** Without it everything is run. */
  cache?: Pick<ResultCache, 'get' | 'put'> | undefined;
  /** Runs also what the cache holds. */
  again?: boolean;
  /** Learns how long each run takes. */
  timings?: Pick<Timings, 'add'>;
  /** Makes an older version ready, for a scenario that upgrades from it. */
  older?: (version: string, label: string) => Promise<Gateway>;
  /** Called with what a run waits for, and with `undefined` at its end. */
  progress?: (label: string, text: string | undefined) => void;
  /** Called with a run that says nothing, as the machine was busy: it is made once more when that is over. */
  onBusy?: (record: RunRecord) => void;
  /** Leaves each gateway's folder; called with its path. */
  keep?: (scenario: Scenario, path: string) => void;
  /** Plays one. @default the real one */
  run?: typeof run;
}

/**
 * Plays cells on one machine, some at a time: the one way from a scenario and a version to a record. What concerns one
 * run alone is told in its record, whoever is to blame; what no other run would survive either stops them all.
 */
export class Batch {
  readonly #with: BatchOptions;
  readonly #lanes: Lanes;

  constructor(options: BatchOptions) {
    this.#with = options;
    this.#lanes = new Lanes(options);
  }

  /**
   * Plays one cell as soon as a lane is free.
   * @throws what `signal` was aborted with, and what stops all
   */
  play(cell: Cell): Promise<Played> {
    return this.#lanes.in((lane) => this.#play(cell, lane));
  }

  /** Works on all items in lanes of their own, each with a way to play a cell in its lane. */
  inLanes<Item, Result>(
    items: readonly Item[],
    work: (item: Item, play: (cell: Cell) => Promise<Played>, signal: AbortSignal) => Promise<Result>,
  ): Promise<Result[]> {
    return this.#lanes.all(items, (item, lane) => work(item, (cell) => this.#play(cell, lane), lane.signal));
  }

  /**
   * Plays all cells, and gives their records in the same order, as the controls let them stand. The controls are begun
   * first, then the longest: what is begun last decides when all are done. Where a control fails, the rest would prove
   * nothing: what is not done by then has no record.
   * @param expectedMs how long a scenario takes, as far as that is known
   * @param onRecord called as each run ends, but not before the controls have had their say
   * @param onGivenUp called where scenarios were not played to their end, with how many and the control that failed
   */
  async all(
    cells: readonly Cell[],
    {
      expectedMs = () => 0,
      onRecord = () => undefined,
      onGivenUp = () => undefined,
    }: {
      expectedMs?: (cell: Cell) => number;
      onRecord?: (record: RunRecord) => void;
      onGivenUp?: (scenarios: number, control: RunRecord) => void;
    } = {},
  ): Promise<RunRecord[]> {
    const rank = (cell: Cell) => (isControl(cell.scenario.name) ? Infinity : expectedMs(cell));
    const begun = cells.toSorted((a, b) => (rank(a) === rank(b) ? 0 : rank(b) - rank(a)));
    const controls: RunRecord[] = [];
    const failing = () => controls.find(({ outcome }) => outcome !== 'clean');
    const held: RunRecord[] = [];
    let open = begun.filter(({ scenario }) => isControl(scenario.name)).length;
    const tell = (record: RunRecord) =>
      underControl([...controls, record])
        .slice(-1)
        .forEach(onRecord);
    const over = new AbortController();
    const records = await this.#lanes.all(begun, async (cell, lane) => {
      const isOfControl = isControl(cell.scenario.name);
      const record = await (isOfControl
        ? this.#record(cell, lane)
        : this.#recordUnless(over.signal, cell, lane));
      if (!record) return undefined;
      if (isOfControl) {
        onRecord(record);
        controls.push(record);
        open--;
      } else held.push(record);
      if (open > 0) return record;
      if (failing()) over.abort(new Error('a control failed'));
      for (const one of held.splice(0)) tell(one);
      return record;
    });
    const control = failing();
    const lost = records.filter((record) => !record).length;
    if (control && lost > 0) onGivenUp(lost, control);
    const ofCell = new Map(begun.map((cell, index) => [cell, records[index]]));
    return underControl(cells.flatMap((cell) => ofCell.get(cell) ?? []));
  }

  async #record(cell: Cell, lane: Lane): Promise<RunRecord> {
    return (await this.#play(cell, lane)).record;
  }

  async #recordUnless(over: AbortSignal, cell: Cell, lane: Lane): Promise<RunRecord | undefined> {
    if (over.aborted) return undefined;
    try {
      return await this.#record(cell, { ...lane, signal: AbortSignal.any([lane.signal, over]) });
    } catch (error) {
      if (over.aborted && error === over.reason) return undefined;
      throw error;
    }
  }

  async #play(cell: Cell, lane: Lane): Promise<Played> {
    const { scenario, gateway, fresh = false } = cell;
    const { cache, again, timings } = this.#with;
    const known = fresh || again ? undefined : cache?.get(scenario, gateway);
    if (known) return { record: known, kept: true };
    const once = () => this.#run(cell, lane.signal);
    let record = await lane.start(once);
    if (record.doubt === 'machine-busy') {
      this.#with.onBusy?.(record);
      await lane.calm();
      record = await lane.start(once);
    }
    if (!fresh) cache?.put(scenario, gateway, record);
    if (!isSpoilt(record)) timings?.add(record);
    return { record, kept: false };
  }

  async #run({ scenario, gateway, label, diagnostics }: Cell, signal: AbortSignal): Promise<RunRecord> {
    const { play, seed, older, progress, keep, run: playOne = run } = this.#with;
    const name = label ?? `${scenario.name} on ${gateway.version}`;
    const options: PlayOptions = {
      ...play,
      seed: seed ?? newSeed(),
      signal,
      ...(diagnostics && { diagnostics }),
      ...(older && { older: (version: string) => older(version, name) }),
      ...(keep && { keep: (path: string) => keep(scenario, path) }),
      progress: (text) => progress?.(name, text),
    };
    try {
      return await playOne(scenario, gateway, options);
    } finally {
      progress?.(name, undefined);
    }
  }
}
