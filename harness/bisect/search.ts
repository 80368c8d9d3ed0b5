import { Belief, type Counts } from './belief.ts';

/** What one probe said: whether the scenario's regression showed, or that nothing can be said on this version. */
export type ProbeResult = 'shown' | 'clean' | 'untestable';

export interface SearchOptions {
  /** How many versions the history has; the first is the good end, the last the bad one. */
  count: number;
  /** What is looked for: where the regression came in, or where it went. */
  direction: 'introduced' | 'fixed';
  /** The regression is known not to show at every probe. */
  flaky: boolean;
  /** How sure the answer must be. */
  confidence: number;
  /** Seconds that a probe takes; a version that was never probed costs more. */
  cost: (index: number, fresh: boolean) => number;
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

/** How often each version beside the change is looked at before it is named: once may have been chance. */
const LOOKS = 2;

/**
 * Finds where a history changes with probes that may err: always the probe that tells the most per second. Knows neither
 * clock nor gateway, so that it can be simulated and replayed.
 */
export class Search {
  readonly #options: SearchOptions;
  readonly #untestable = new Set<number>();
  readonly #probed = new Set<number>();
  #belief: Belief;
  /** The versions that can be tested, in order: the belief knows no others. */
  #indices: number[];
  readonly #history: { index: number; shown: boolean }[] = [];

  constructor(options: SearchOptions) {
    this.#options = options;
    this.#indices = Array.from({ length: options.count }, (_, index) => index);
    this.#belief = new Belief(options.count, options.flaky);
  }

  /** The version to probe next; `undefined` when the answer is sure enough, or nothing can be learnt any more. */
  next(): number | undefined {
    const [first, last] = [this.#indices[0], this.#indices.at(-1)];
    if (first === undefined || last === undefined || first === last) return undefined;
    for (const end of [last, first]) if (!this.#probed.has(end)) return end;
    const places = this.#belief.places();
    return this.#sure(places) ? this.#unverified() : this.#mostTelling(places);
  }

  /** Once the answer is sure, the version beside the change that is to be looked at again; in turns. */
  #unverified(): number | undefined {
    const { change } = this.answer();
    if (!change) return undefined;
    const lastProbed = this.#history.at(-1)?.index;
    return [change.before, change.after]
      .map((index) => ({ index, times: this.#history.filter((entry) => entry.index === index).length }))
      .filter(({ times }) => times < LOOKS)
      .toSorted(
        (a, b) => a.times - b.times || Number(a.index === lastProbed) - Number(b.index === lastProbed),
      )
      .at(0)?.index;
  }

  /** The version that tells most after this one, so that it can be prepared meanwhile. */
  likelyNext(index: number): number | undefined {
    return this.#ranked(this.#belief.places()).find((one) => one !== index && !this.#probed.has(one));
  }

  record(index: number, result: ProbeResult): void {
    this.#probed.add(index);
    if (result !== 'untestable') {
      const entry = { index, shown: (result === 'shown') === (this.#options.direction === 'introduced') };
      this.#history.push(entry);
      this.#belief.add(this.#indices.indexOf(index), entry.shown);
      return;
    }
    // Skipped, not guessed: the belief is built anew without it.
    this.#untestable.add(index);
    this.#indices = this.#indices.filter((one) => one !== index);
    this.#belief = new Belief(this.#indices.length, this.#options.flaky);
    for (const known of this.#history)
      if (known.index !== index) this.#belief.add(this.#indices.indexOf(known.index), known.shown);
  }

  /** True once no place of the change fits all that was seen. */
  get #disagreed(): boolean {
    const newest = Math.min(...this.#history.filter(({ shown }) => shown).map(({ index }) => index));
    return this.#history.some(({ index, shown }) => !shown && index >= newest);
  }

  get untestable(): ReadonlySet<number> {
    return this.#untestable;
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

  #countsOf(index: number): Counts {
    const shown = this.#options.direction === 'introduced';
    const known = this.#history.filter((entry) => entry.index === index);
    const old = known.filter((entry) => entry.shown === shown).length;
    return { shown: old, clean: known.length - old };
  }

  #sure(places: Float64Array): boolean {
    const { confidence } = this.#options;
    const none = (places[0] ?? 0) + (places.at(-1) ?? 0);
    return (
      none >= confidence ||
      places.some((chance, place) => place > 0 && place < places.length - 1 && chance >= confidence)
    );
  }

  #mostTelling(places: Float64Array): number | undefined {
    return this.#ranked(places)[0];
  }

  #ranked(places: Float64Array): number[] {
    const gains = this.#belief.gains(places);
    // While all agrees the fewest probes count, as in halving; time does once some are repeated.
    const { cost } = this.#options;
    return this.#indices
      .map((index, at) => {
        const seconds = this.#options.flaky || this.#disagreed ? cost(index, !this.#probed.has(index)) : 1;
        return { index, worth: (gains[at] ?? 0) / seconds };
      })
      .filter(({ worth }) => worth > 0)
      .toSorted((a, b) => b.worth - a.worth)
      .map(({ index }) => index);
  }
}
