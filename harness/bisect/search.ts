import { type Answer, type HistoryOptions, ProbeEvidence, type ProbeResult } from './answer.ts';

export interface SearchOptions extends HistoryOptions {
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
 * A control costs as much as a probe. So it goes first only at the ends, on which all stands, and where another version
 * could not be tested. Else it takes a lane that would be idle, and at last those are run that the answer stands on. A
 * version whose control fails is forgotten, and the search goes on.
 */
export class Search {
  readonly #options: SearchOptions;
  readonly #seen: ProbeEvidence;

  constructor(options: SearchOptions, seen: ProbeEvidence = new ProbeEvidence(options)) {
    this.#options = options;
    this.#seen = seen;
  }

  /** What to run next; `undefined` when the answer is sure enough and stands, or nothing can be learnt any more. */
  next(): Round | undefined {
    const { versions, ends, probed, isSure } = this.#seen;
    if (versions.length < 2) return undefined;
    const unseen = ends.filter((end) => !probed.has(end));
    if (unseen.length > 0) {
      const probes = unseen.slice(0, this.#options.lanes);
      return { probes, controls: probes.filter((end) => !this.#seen.proved.has(end)) };
    }
    return this.#round(isSure ? this.#unverified() : this.#mostTelling());
  }

  record(index: number, result: ProbeResult): void {
    this.#seen.record(index, result);
  }

  /** The controls of a version are clean: what its probes say counts. (Where one is not, the version is untestable.) */
  prove(index: number): void {
    this.#seen.proved.add(index);
  }

  answer(): Answer {
    return this.#seen.answer();
  }

  get untestable(): ReadonlySet<number> {
    return this.#seen.untestable;
  }

  /** The versions that the answer stands on, while their controls have not been run. */
  get owed(): number[] {
    return this.#seen.owed;
  }

  /** The versions, never probed yet, that are likely to be probed after this round: they can be prepared meanwhile. */
  likelyNext({ probes }: Round): number[] {
    const wasProbed = (index: number) => this.#seen.probed.has(index) || probes.includes(index);
    if (this.#seen.errs) {
      // Most probes are of versions that were probed before: of the others, the one that tells most.
      return this.#seen
        .gains()
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

  /** Fills idle lanes with controls that are owed. */
  #round(wanted: readonly number[]): Round | undefined {
    const { lanes } = this.#options;
    const probes = wanted.slice(0, lanes);
    // Where one version cannot be tested others may not either: there none is looked at without its controls.
    const suspect = probes.find((index) => this.#seen.untestable.size > 0 && !this.#seen.proved.has(index));
    if (suspect !== undefined) return { probes: [suspect], controls: [suspect] };
    const controls = probes.length < lanes ? this.owed.slice(0, lanes - probes.length) : [];
    return probes.length + controls.length > 0 ? { probes, controls } : undefined;
  }

  /** Once the answer is sure, the versions beside the change that are to be looked at again. */
  #unverified(): number[] {
    const { change } = this.answer();
    if (!change) return [];
    const lastProbed = this.#seen.history.at(-1)?.index;
    return [change.before, change.after]
      .map((index) => ({ index, times: this.#seen.history.filter((entry) => entry.index === index).length }))
      .filter(({ times }) => times < LOOKS)
      .toSorted(
        (a, b) => a.times - b.times || Number(a.index === lastProbed) - Number(b.index === lastProbed),
      )
      .map(({ index }) => index);
  }

  #mostTelling(): readonly number[] {
    // While all agrees the fewest probes count, as in halving; time does once some are repeated.
    if (!this.#seen.errs && this.#seen.bounds) {
      const [from, to] = this.#seen.bounds;
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
    const at = (place: number) => this.#seen.versions[Math.round(place)] ?? 0;
    const inside = this.#seen.versions.slice(1, -1).filter((index) => this.#seen.probed.has(index)).length;
    const left = Math.ceil(Math.log2(this.#seen.versions.length - 1)) - inside;
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
      const next = this.#seen
        .gains(beside)
        .filter(({ index, gain }) => gain > 0 && (!again || this.#seen.probed.has(index)))
        .reduce((a, b) => (b.gain > a.gain ? b : a), { index: -1, gain: 0 });
      if (next.gain === 0) break;
      probes.push(next.index);
      bits += next.gain;
    }
    const fresh = probes.some((index) => !this.#seen.probed.has(index));
    return { probes, worth: bits / (fresh ? cost.fresh : cost.again) };
  }

  /** What may come out of some probes, as far as it is likely. */
  *#outcomes([first, ...rest]: readonly number[], chance = 1): Generator<{ chance: number; search: Search }> {
    if (first === undefined) {
      yield { chance, search: this };
      return;
    }
    const shown = this.#seen.chanceOf(first);
    for (const [share, state] of [
      [shown, true],
      [1 - shown, false],
    ] as const) {
      if (chance * share < UNLIKELY) continue;
      const search = new Search(this.#options, this.#seen.copy());
      search.record(first, state === (this.#options.direction === 'introduced') ? 'shown' : 'clean');
      yield* search.#outcomes(rest, chance * share);
    }
  }
}
