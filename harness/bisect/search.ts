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
  /** Runs side by side: one or two. */
  lanes: number;
  /** Seconds that a probe takes, of a version that was never started and of one that was. */
  cost: { fresh: number; again: number };
}

/** What is to be run next, side by side; never more runs than lanes, but for a first look with its controls. */
export interface Round {
  /** Versions to probe; one may stand there twice. */
  probes: readonly number[];
  /** Versions that were or are being probed, and whose controls are to be run. */
  controls: readonly number[];
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
/** Outcomes that are less likely are not prepared for. */
const UNLIKELY = 0.1;
/** How many versions are prepared ahead. */
const AHEAD = 2;

/**
 * Finds where a history changes with probes that may err: always the probes that tell the most per second. Knows neither
 * clock nor gateway, so that it can be simulated and replayed.
 *
 * A control costs as much as a probe. So it goes with a first look only where it must: else it takes a lane that would be
 * idle, and at last those are run that the answer stands on. A version whose control fails is forgotten, and the search goes on.
 */
export class Search {
  readonly #options: SearchOptions;
  readonly #untestable = new Set<number>();
  readonly #probed = new Set<number>();
  readonly #proved = new Set<number>();
  #belief: Belief;
  /** The versions that can be tested, in order: the belief knows no others. */
  #indices: number[];
  #history: { index: number; shown: boolean }[] = [];

  constructor(options: SearchOptions) {
    this.#options = options;
    this.#indices = Array.from({ length: options.count }, (_, index) => index);
    this.#belief = new Belief(options.count, options.flaky);
  }

  /** What to run next; `undefined` when the answer is sure enough and stands, or nothing can be learnt any more. */
  next(): Round | undefined {
    if (this.#indices.length < 2) return undefined;
    const ends = this.#ends.filter((end) => !this.#probed.has(end));
    if (ends.length > 0) return this.#round(ends);
    return this.#round(this.#isSure ? this.#unverified() : this.#mostTelling());
  }

  /** The versions, never probed yet, that are likely to be probed after this round: they can be prepared meanwhile. */
  likelyNext({ probes }: Round): number[] {
    const wasProbed = (index: number) => this.#probed.has(index) || probes.includes(index);
    if (this.#errs) {
      // Most probes are of versions that were probed before: of the others, the one that tells most.
      const gains = this.#belief.gains();
      return this.#indices
        .map((index, at) => ({ index, gain: gains[at] ?? 0 }))
        .filter(({ index }) => !wasProbed(index))
        .toSorted((a, b) => b.gain - a.gain)
        .slice(0, 1)
        .map(({ index }) => index);
    }
    const chances = new Map<number, number>();
    for (const { chance, search } of this.#outcomes(probes))
      for (const index of search.next()?.probes ?? [])
        if (!wasProbed(index)) chances.set(index, (chances.get(index) ?? 0) + chance);
    return [...chances]
      .toSorted(([, a], [, b]) => b - a)
      .slice(0, AHEAD)
      .map(([index]) => index);
  }

  record(index: number, result: ProbeResult): void {
    this.#probed.add(index);
    if (result !== 'untestable') {
      const entry = { index, shown: (result === 'shown') === (this.#options.direction === 'introduced') };
      this.#history.push(entry);
      if (!this.#untestable.has(index)) this.#belief.add(this.#indices.indexOf(index), entry.shown);
      return;
    }
    // Skipped, not guessed: the belief is built anew without it.
    this.#untestable.add(index);
    this.#indices = this.#indices.filter((one) => one !== index);
    this.#belief = new Belief(this.#indices.length, this.#options.flaky);
    for (const known of this.#known) this.#belief.add(this.#indices.indexOf(known.index), known.shown);
  }

  /** The controls of a version are clean: what its probes say counts. (Where one is not, the version is untestable.) */
  prove(index: number): void {
    this.#proved.add(index);
  }

  get untestable(): ReadonlySet<number> {
    return this.#untestable;
  }

  /** The versions that the answer stands on, while their controls have not been run. */
  get owed(): number[] {
    const { change } = this.answer();
    const bounds = this.#bounds?.map((at) => this.#indices[at] ?? 0) ?? [];
    const bearing = [
      ...this.#ends,
      ...(this.#isSure && change
        ? [change.before, change.after, ...this.#contradicting(change.after)]
        : bounds),
    ];
    return [...new Set(bearing)].filter((index) => this.#probed.has(index) && !this.#proved.has(index));
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

  /** Fills idle lanes with controls that are owed. */
  #round(wanted: readonly number[]): Round | undefined {
    const { lanes } = this.#options;
    const probes = wanted.slice(0, lanes);
    // Where one version cannot be tested others may not either: there none is looked at without its controls.
    const suspect = probes.find((index) => this.#untestable.size > 0 && !this.#proved.has(index));
    if (suspect !== undefined) return { probes: [suspect], controls: [suspect] };
    const controls = probes.length < lanes ? this.owed.slice(0, lanes - probes.length) : [];
    return probes.length + controls.length > 0 ? { probes, controls } : undefined;
  }

  /** Once the answer is sure, the versions beside the change that are to be looked at again. */
  #unverified(): number[] {
    const { change } = this.answer();
    if (!change) return [];
    const lastProbed = this.#history.at(-1)?.index;
    return [change.before, change.after]
      .map((index) => ({ index, times: this.#history.filter((entry) => entry.index === index).length }))
      .filter(({ times }) => times < LOOKS)
      .toSorted(
        (a, b) => a.times - b.times || Number(a.index === lastProbed) - Number(b.index === lastProbed),
      )
      .map(({ index }) => index);
  }

  #mostTelling(): readonly number[] {
    // While all agrees the fewest probes count, as in halving; time does once some are repeated.
    if (!this.#errs && this.#bounds) {
      const [from, to] = this.#bounds;
      if (to - from > 1) return this.#split(from, to);
      const unverified = this.#unverified();
      return unverified.length > 0 ? unverified : this.#best(false, 1).probes;
    }
    const rounds = [this.#best(true), this.#best(false)];
    return rounds.toSorted((a, b) => b.worth - a.worth)[0]?.probes ?? [];
  }

  /**
   * Halves what is left; two at a time part it in three, where that takes no more probes in the end than halving. Of the
   * last few one at a time is enough, as the first may end it.
   */
  #split(from: number, to: number): number[] {
    const gaps = to - from;
    const at = (place: number) => this.#indices[Math.round(place)] ?? 0;
    const inside = this.#indices.slice(1, -1).filter((index) => this.#probed.has(index)).length;
    const left = Math.ceil(Math.log2(this.#indices.length - 1)) - inside;
    return this.#options.lanes > 1 && gaps > 3 && 2 + Math.ceil(Math.log2(Math.ceil(gaps / 3))) <= left
      ? [at(from + gaps / 3), at(from + (2 * gaps) / 3)]
      : [at(from + gaps / 2)];
  }

  /** The probes that tell most, of versions that were probed before or of all. */
  #best(again: boolean, lanes = this.#options.lanes): { probes: number[]; worth: number } {
    const { cost } = this.#options;
    const probes: number[] = [];
    let bits = 0;
    while (probes.length < lanes) {
      const [beside] = probes;
      const gains =
        beside === undefined ? this.#belief.gains() : this.#belief.gainsBeside(this.#indices.indexOf(beside));
      const next = this.#indices
        .map((index, at) => ({ index, gain: gains[at] ?? 0 }))
        .filter(({ index, gain }) => gain > 0 && (!again || this.#probed.has(index)))
        .reduce((a, b) => (b.gain > a.gain ? b : a), { index: -1, gain: 0 });
      if (next.gain === 0) break;
      probes.push(next.index);
      bits += next.gain;
    }
    const fresh = probes.some((index) => !this.#probed.has(index));
    return { probes, worth: bits / (fresh ? cost.fresh : cost.again) };
  }

  /** What may come out of some probes, as far as it is likely. */
  *#outcomes([first, ...rest]: readonly number[], chance = 1): Generator<{ chance: number; search: Search }> {
    if (first === undefined) {
      yield { chance, search: this };
      return;
    }
    const shown = this.#belief.chanceOf(this.#indices.indexOf(first));
    for (const [share, state] of [
      [shown, true],
      [1 - shown, false],
    ] as const) {
      if (chance * share < UNLIKELY) continue;
      const search = this.#copy();
      search.record(first, state === (this.#options.direction === 'introduced') ? 'shown' : 'clean');
      yield* search.#outcomes(rest, chance * share);
    }
  }

  #copy(): Search {
    const copy = new Search(this.#options);
    for (const index of this.#untestable) copy.#untestable.add(index);
    for (const index of this.#probed) copy.#probed.add(index);
    for (const index of this.#proved) copy.#proved.add(index);
    copy.#indices = this.#indices;
    copy.#history = [...this.#history];
    copy.#belief = new Belief(this.#indices.length, this.#options.flaky);
    for (const known of this.#known) copy.#belief.add(this.#indices.indexOf(known.index), known.shown);
    return copy;
  }

  /** What was seen on the versions that can be tested. */
  get #known() {
    return this.#history.filter(({ index }) => !this.#untestable.has(index));
  }

  get #ends(): number[] {
    return [this.#indices.at(-1) ?? 0, this.#indices[0] ?? 0];
  }

  /** Probes are known to err, or were seen to: then it is more than halving. */
  get #errs(): boolean {
    return (
      this.#options.flaky || (this.#bounds === undefined && this.#ends.every((end) => this.#probed.has(end)))
    );
  }

  /** The last version of the old state and the first of the new, by place, while all that was seen fits one change. */
  get #bounds(): readonly [number, number] | undefined {
    let [from, to] = [-1, this.#indices.length];
    for (const { index, shown } of this.#known) {
      const at = this.#indices.indexOf(index);
      if (shown) to = Math.min(to, at);
      else from = Math.max(from, at);
    }
    return from >= 0 && from < to && to < this.#indices.length ? [from, to] : undefined;
  }

  /** The versions all of whose probes speak against a change at this version. */
  #contradicting(after: number): number[] {
    const of = Map.groupBy(this.#known, ({ index }) => index);
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

  get #isSure(): boolean {
    const { confidence } = this.#options;
    const places = this.#belief.places();
    const none = (places[0] ?? 0) + (places.at(-1) ?? 0);
    return (
      none >= confidence ||
      places.some((chance, place) => place > 0 && place < places.length - 1 && chance >= confidence)
    );
  }
}
