/**
 * What is believed about where a history changes, from probes that may err: pure arithmetic, no clock, no chance.
 *
 * A history is a row of versions. Before the change a probe shows the regression at some low rate (a false alarm), from
 * the change on at some high one (how often it reproduces); neither rate is known. The belief over the place of the
 * change is exact: both rates are integrated out, each over a mixture of a spike (0 and 1: what does not flake) and a
 * Beta density.
 */

/** What a rate is drawn from: Beta's parameters, whole numbers. */
interface Density {
  a: number;
  b: number;
}

/** What is assumed of the two rates before anything is seen. */
interface Assumptions {
  /** Weight of a regression that shows at every probe, and of a check that never raises a false alarm. */
  always: number;
  never: number;
  /** How often a probe of any other regression is clean. */
  misses: Density;
}

/** A regression that nobody has called flaky probably is not, and shows rather often if it is. */
const STEADY: Assumptions = { always: 0.8, never: 0.9, misses: { a: 1, b: 2 } };
/** One that is flaky may show at any rate. */
const FLAKY: Assumptions = { always: 0, never: 0.5, misses: { a: 1, b: 1 } };
/** Where false alarms happen, they are some per cent. */
const ALARMS: Density = { a: 1, b: 20 };
/** The ends were named by somebody who may be wrong. */
const DOUBT = 0.05;

export interface Counts {
  /** Probes that showed the regression. */
  shown: number;
  /** Probes that were clean. */
  clean: number;
}

/** Place of the change: the first version of the new state; `count` where there is none, 0 where it was always so. */
export class Belief {
  readonly #shown: Float64Array;
  readonly #clean: Float64Array;
  readonly #assumed: Assumptions;
  readonly count: number;
  #places: Float64Array | undefined;
  #gains: Float64Array | undefined;

  /**
   * @param count how many versions the history has, in order
   * @param flaky somebody knows that the regression does not show at every probe
   */
  constructor(count: number, flaky: boolean) {
    this.count = count;
    this.#assumed = flaky ? FLAKY : STEADY;
    this.#shown = new Float64Array(count);
    this.#clean = new Float64Array(count);
  }

  /** Takes in one probe of a version. */
  add(index: number, shown: boolean): void {
    const counts = shown ? this.#shown : this.#clean;
    counts[index] = (counts[index] ?? 0) + 1;
    this.#places = undefined;
    this.#gains = undefined;
  }

  countsAt(index: number): Counts {
    return { shown: this.#shown[index] ?? 0, clean: this.#clean[index] ?? 0 };
  }

  /** The probability of each place of the change, 0 to `count`. */
  places(): Float64Array {
    this.#places ??= this.#computePlaces();
    return this.#places;
  }

  #computePlaces(): Float64Array {
    const { count } = this;
    const inside = Math.log((1 - 2 * DOUBT) / (count - 1));
    const logs = new Float64Array(count + 1);
    for (const [place, before, after] of this.#splits()) {
      const prior = place === 0 || place === count ? Math.log(DOUBT) : inside;
      logs[place] =
        prior +
        logEvidence(ALARMS, this.#assumed.never, before.shown, before.clean) +
        logEvidence(this.#assumed.misses, this.#assumed.always, after.clean, after.shown);
    }
    return normalized(logs);
  }

  /**
   * How much one more probe of each version would tell on average, in bits: what is not known now, less what will not be
   * known after either outcome. All versions at once, as a probe of one multiplies each place's probability by the chance
   * of its outcome there.
   */
  gains(): Float64Array {
    this.#gains ??= this.#computeGains();
    return this.#gains;
  }

  #computeGains(): Float64Array {
    const { count } = this;
    const places = this.places();
    // For each place: the chances of both outcomes at a version of the new state, and at one of the old.
    const [fresh, old] = [new Sums(), new Sums()];
    const rows: { rate: number; alarm: number; chance: number }[] = [];
    for (const [place, before, after] of this.#splits()) {
      const chance = places[place] ?? 0;
      const rate = 1 - nextRate(this.#assumed.misses, this.#assumed.always, after.clean, after.shown);
      const alarm = nextRate(ALARMS, this.#assumed.never, before.shown, before.clean);
      rows.push({ rate, alarm, chance });
      old.add(chance, alarm, 1);
    }
    const known = entropy(places);
    const result = new Float64Array(count);
    for (let index = 0; index < count; index++) {
      // The version has the new state where the change lies at it or before it.
      const { rate, alarm, chance } = rows[index] ?? { rate: 0, alarm: 0, chance: 0 };
      fresh.add(chance, rate, 1);
      old.add(chance, alarm, -1);
      result[index] = Math.max(0, known - fresh.leftWith(old));
    }
    return result;
  }

  /** The same while a probe of one version is under way: what another would tell beside it, whatever that one says. */
  gainsBeside(index: number): Float64Array {
    const shown = this.chanceOf(index);
    const [ifShown, ifClean] = [true, false].map((outcome) => this.#with(index, outcome).gains());
    return this.places()
      .subarray(0, this.count)
      .map((_, at) => shown * (ifShown?.[at] ?? 0) + (1 - shown) * (ifClean?.[at] ?? 0));
  }

  /** The chance that the next probe of a version shows it. */
  chanceOf(index: number): number {
    const places = this.places();
    let chance = 0;
    for (const [place, before, after] of this.#splits()) {
      const here =
        place <= index
          ? 1 - nextRate(this.#assumed.misses, this.#assumed.always, after.clean, after.shown)
          : nextRate(ALARMS, this.#assumed.never, before.shown, before.clean);
      chance += (places[place] ?? 0) * here;
    }
    return chance;
  }

  #with(index: number, shown: boolean): Belief {
    const other = new Belief(this.count, this.#assumed === FLAKY);
    other.#shown.set(this.#shown);
    other.#clean.set(this.#clean);
    other.add(index, shown);
    return other;
  }

  /** What was seen before each place and from it on. */
  *#splits(): Generator<[place: number, before: Counts, after: Counts]> {
    const before = { shown: 0, clean: 0 };
    const after = { shown: sum(this.#shown), clean: sum(this.#clean) };
    for (let place = 0; place <= this.count; place++) {
      yield [place, before, after];
      const [shown, clean] = [this.#shown[place] ?? 0, this.#clean[place] ?? 0];
      before.shown += shown;
      before.clean += clean;
      after.shown -= shown;
      after.clean -= clean;
    }
  }
}

/** Sums over places from which the entropy after a probe follows. */
class Sums {
  shown = 0;
  clean = 0;
  /** Of each probability times its own logarithm. */
  logs = 0;

  /** @param sign -1 takes a place out again */
  add(chance: number, shown: number, sign: 1 | -1): void {
    const [one, other] = [chance * shown, chance * (1 - shown)];
    this.shown += sign * one;
    this.clean += sign * other;
    this.logs += sign * (timesLog(one) + timesLog(other));
  }

  /** The entropy that is left on average after a probe, with the places of both sums. */
  leftWith({ shown, clean, logs }: Sums): number {
    return timesLog(this.shown + shown) + timesLog(this.clean + clean) - this.logs - logs;
  }
}

const timesLog = (chance: number): number => (chance > 0 ? chance * Math.log2(chance) : 0);

/**
 * Log of the chance of `rare` and `usual` outcomes in a row, over all rates of the rare one.
 * @param spike weight of a rate of exactly 0
 */
function logEvidence(density: Density, spike: number, rare: number, usual: number): number {
  const { a, b } = density;
  const spread = Math.exp(logBeta(a + rare, b + usual) - logBeta(a, b));
  return Math.log((rare === 0 ? spike : 0) + (1 - spike) * spread);
}

/** The chance that the next outcome is the rare one. */
const nextRate = (density: Density, spike: number, rare: number, usual: number): number =>
  Math.exp(logEvidence(density, spike, rare + 1, usual) - logEvidence(density, spike, rare, usual));

const logBeta = (a: number, b: number): number => logGamma(a) + logGamma(b) - logGamma(a + b);

const gammas: number[] = [Number.POSITIVE_INFINITY, 0];
/** Of whole numbers: all densities above have whole parameters. */
function logGamma(n: number): number {
  for (let next = gammas.length; next <= n; next++) gammas.push((gammas[next - 1] ?? 0) + Math.log(next - 1));
  return gammas[n] ?? 0;
}

function normalized(logs: Float64Array): Float64Array {
  const most = logs.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const weights = logs.map((log) => Math.exp(log - most));
  const total = sum(weights);
  return weights.map((weight) => weight / total);
}

const sum = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);

/** How much is not known, in bits. */
function entropy(places: Float64Array): number {
  let bits = 0;
  for (const chance of places) bits -= timesLog(chance);
  return bits;
}
