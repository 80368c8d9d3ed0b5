import { Belief, type Counts } from './belief.ts';

/** What one probe said: whether the scenario's regression showed, or that nothing can be said on this version. */
export type ProbeResult = 'shown' | 'clean' | 'untestable';

export interface HistoryOptions {
  /** How many versions the history has; the first is the good end, the last the bad one. */
  count: number;
  /** What is looked for: where the regression came in, or where it went. */
  direction: 'introduced' | 'fixed';
  /** The regression is known not to show at every probe. */
  flaky: boolean;
  /** How sure the answer must be. */
  confidence: number;
}

export interface Answer {
  /** The last version of the old state and the first of the new; `undefined` where the ends do not differ. */
  change: { before: number; after: number; probability: number } | undefined;
  /** The places of the change that hold 90 % together, as the first version of the new state, likeliest first. */
  likely: { after: number; probability: number }[];
  /** The chance that the history has no change between its ends. */
  noChange: number;
  counts: Counts[];
}

/** What was seen of the versions of a history so far, and what follows from it. */
export class ProbeEvidence {
  readonly #options: HistoryOptions;
  readonly untestable = new Set<number>();
  readonly probed = new Set<number>();
  /** The versions whose controls are clean. */
  readonly proved = new Set<number>();
  /** The versions that can be tested, in order: the belief knows no others, and each by its place here. */
  #indices: readonly number[];
  #belief: Belief;
  #history: readonly { index: number; shown: boolean }[] = [];

  constructor(options: HistoryOptions) {
    this.#options = options;
    this.#indices = Array.from({ length: options.count }, (_, index) => index);
    this.#belief = new Belief(options.count, options.flaky);
  }

  record(index: number, result: ProbeResult): void {
    this.probed.add(index);
    if (result === 'untestable') {
      // Skipped, not guessed: what it seemed to show is forgotten.
      this.untestable.add(index);
      this.#indices = this.#indices.filter((one) => one !== index);
      this.#keep(this.#history.filter((entry) => entry.index !== index));
    } else if (!this.untestable.has(index)) {
      const shown = (result === 'shown') === (this.#options.direction === 'introduced');
      this.#history = [...this.#history, { index, shown }];
      this.#belief.add(this.#indices.indexOf(index), shown);
    }
  }

  #keep(history: ProbeEvidence['history']): void {
    this.#history = history;
    this.#belief = new Belief(this.#indices.length, this.#options.flaky);
    for (const { index, shown } of history) this.#belief.add(this.#indices.indexOf(index), shown);
  }

  copy(): ProbeEvidence {
    const copy = new ProbeEvidence(this.#options);
    for (const index of this.untestable) copy.untestable.add(index);
    for (const index of this.probed) copy.probed.add(index);
    for (const index of this.proved) copy.proved.add(index);
    copy.#indices = this.#indices;
    copy.#keep(this.#history);
    return copy;
  }

  /** The versions that can be tested, in order. */
  get versions(): readonly number[] {
    return this.#indices;
  }

  /** What each probe of these versions said: whether the new state showed. */
  get history(): readonly { index: number; shown: boolean }[] {
    return this.#history;
  }

  /** In bits, what one more probe of each version would tell; `beside`: while one of that version is under way. */
  gains(beside?: number): { index: number; gain: number }[] {
    const gains =
      beside === undefined ? this.#belief.gains() : this.#belief.gainsBeside(this.#indices.indexOf(beside));
    return this.#indices.map((index, at) => ({ index, gain: gains[at] ?? 0 }));
  }

  /** The chance that the next probe of a version shows the new state. */
  chanceOf(index: number): number {
    return this.#belief.chanceOf(this.#indices.indexOf(index));
  }

  /** The versions that the answer stands on, while their controls have not been run. */
  get owed(): number[] {
    const { change } = this.answer();
    const bounds = this.bounds?.map((at) => this.#indices[at] ?? 0) ?? [];
    const bearing = [
      ...this.ends,
      ...(this.isSure && change
        ? [change.before, change.after, ...this.#contradicting(change.after)]
        : bounds),
    ];
    return [...new Set(bearing)].filter((index) => this.probed.has(index) && !this.proved.has(index));
  }

  answer(): Answer {
    const places = this.#belief.places();
    const { count } = this.#belief;
    const inside = Array.from({ length: count - 1 }, (_, at) => ({
      place: at + 1,
      probability: places[at + 1] ?? 0,
    })).toSorted((a, b) => b.probability - a.probability);
    const noChange = (places[0] ?? 0) + (places[count] ?? 0);
    const [best] = inside;
    const change = best &&
      best.probability > noChange && {
        before: this.#indices[best.place - 1] ?? 0,
        after: this.#indices[best.place] ?? 0,
        probability: best.probability,
      };
    const likely: Answer['likely'] = [];
    for (let held = noChange, at = 0; held < 0.9 && at < inside.length; at++) {
      const { place, probability } = inside[at] ?? { place: 0, probability: 0 };
      likely.push({ after: this.#indices[place] ?? 0, probability });
      held += probability;
    }
    const counts = Array.from({ length: this.#options.count }, (_, index) => this.#countsOf(index));
    return { change: change || undefined, likely, noChange, counts };
  }

  get ends(): number[] {
    return [this.#indices.at(-1) ?? 0, this.#indices[0] ?? 0];
  }

  /** Probes are known to err, or were seen to: then it is more than halving. */
  get errs(): boolean {
    return (
      this.#options.flaky || (this.bounds === undefined && this.ends.every((end) => this.probed.has(end)))
    );
  }

  /** The last version of the old state and the first of the new, by place, while all that was seen fits one change. */
  get bounds(): readonly [number, number] | undefined {
    let [from, to] = [-1, this.#indices.length];
    for (const { index, shown } of this.#history) {
      const at = this.#indices.indexOf(index);
      if (shown) to = Math.min(to, at);
      else from = Math.max(from, at);
    }
    return from >= 0 && from < to && to < this.#indices.length ? [from, to] : undefined;
  }

  /** The versions all of whose probes speak against a change at this version. */
  #contradicting(after: number): number[] {
    const of = Map.groupBy(this.#history, ({ index }) => index);
    return [...of]
      .filter(([index, seen]) => seen.every(({ shown }) => shown !== index >= after))
      .map(([index]) => index);
  }

  #countsOf(index: number): Counts {
    const shown = this.#options.direction === 'introduced';
    const known = this.#history.filter((entry) => entry.index === index);
    const old = known.filter((entry) => entry.shown === shown).length;
    return { shown: old, clean: known.length - old };
  }

  get isSure(): boolean {
    const { confidence } = this.#options;
    const places = this.#belief.places();
    const none = (places[0] ?? 0) + (places.at(-1) ?? 0);
    return (
      none >= confidence ||
      places.some((chance, place) => place > 0 && place < places.length - 1 && chance >= confidence)
    );
  }
}
