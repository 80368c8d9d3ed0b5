import { callOf, lay, listOf, literal, type Source } from './source.ts';
import { type Begin, isBegin, isReference, needs, type Subject, type Trace } from './trace.ts';

/** The lines of an `async script(page)` that does what a trace did. */
export function scriptLines(trace: Trace, indent: number): string[] {
  return new Printer(trace, indent).print();
}

class Printer {
  readonly #trace: Trace;
  readonly #indent: number;
  readonly #lines: string[] = [];
  /** What has a name, by what it is. */
  readonly #names = new Map<string, string>();
  /** Steps that are waited for later. */
  readonly #running = new Map<number, string>();
  readonly #uses: Map<string, number>;
  readonly #needed: ReadonlySet<number>;

  constructor(trace: Trace, indent: number) {
    this.#trace = trace;
    this.#indent = indent;
    const steps = trace.filter(isBegin);
    this.#needed = new Set(steps.flatMap(needs));
    this.#uses = new Map();
    for (const { on } of steps) this.#uses.set(keyOf(on), (this.#uses.get(keyOf(on)) ?? 0) + 1);
  }

  print(): string[] {
    for (let at = 0; at < this.#trace.length; at++) {
      const moment = this.#trace[at];
      if (!moment) continue;
      if (!isBegin(moment)) {
        this.#say(this.#running.get(moment.end) ?? '', this.#given(moment.end));
        continue;
      }
      const together = this.#together(at);
      if (together) {
        for (const { on } of together) this.#name(on);
        const [only, ...others] = together.map((step) => this.#step(step));
        if (only !== undefined && others.length === 0) this.#say(only, this.#given(moment.begin));
        else this.#say(callOf('Promise.all', [listOf([only ?? '', ...others])]), 'await ');
        at += 2 * together.length - 1;
      } else {
        this.#name(moment.on);
        const waited = this.#trace.some((one) => !isBegin(one) && one.end === moment.begin);
        this.#say(this.#step(moment), waited ? `const ${this.#started(moment.begin)} = ` : 'void ');
      }
    }
    return this.#lines;
  }

  /** The steps that begin here one after the other and have all ended before anything else begins. */
  #together(at: number): Begin[] | undefined {
    const until = this.#trace.findIndex((moment, index) => index > at && !isBegin(moment));
    const steps = this.#trace.slice(at, until === -1 ? undefined : until).filter(isBegin);
    const ends = this.#trace.slice(at + steps.length, at + 2 * steps.length);
    const ended = new Set(ends.map((moment) => (isBegin(moment) ? undefined : moment.end)));
    const all = steps.every(({ begin }) => ended.has(begin));
    return all && (steps.length === 1 || !steps.some(({ begin }) => this.#needed.has(begin)))
      ? steps
      : undefined;
  }

  #say(source: Source, before: string): void {
    this.#lines.push(`${' '.repeat(this.#indent)}${lay(source, this.#indent, before, ';')}`);
  }

  #started(step: number): string {
    const name = this.#free('step');
    this.#running.set(step, name);
    return name;
  }

  /** How a step is waited for: what it gives gets a name where it is needed. */
  #given(step: number): string {
    if (!this.#needed.has(step)) return 'await ';
    const name = this.#free('tab');
    this.#names.set(keyOf({ gaveBy: step }), name);
    return `const ${name} = await `;
  }

  /** Gives a session a name where more than one step is taken on it. */
  #name(place: Subject): void {
    const key = keyOf(place);
    if (typeof place === 'string' || !('call' in place) || this.#names.has(key)) return;
    if ((this.#uses.get(key) ?? 0) < 2) return;
    const alone =
      this.#uses
        .keys()
        .filter((other) => other.includes('"call"'))
        .toArray().length === 1;
    const [first] = place.args;
    const wanted = alone ? 'chat' : typeof first === 'string' ? identifier(first) : 'main';
    const made = this.#expression(place);
    const name = this.#free(wanted);
    this.#names.set(key, name);
    this.#say(made, `const ${name} = `);
  }

  #free(wanted: string): string {
    const taken = new Set(['page', ...this.#names.values(), ...this.#running.values()]);
    let name = wanted;
    for (let count = 2; taken.has(name); count++) name = `${wanted}${count}`;
    return name;
  }

  #step({ on, method, args }: Begin): Source {
    return this.#call(on, method, args);
  }

  #call(on: Subject, method: string, args: readonly unknown[]): Source {
    return callOf(
      `${this.#expression(on)}.${method}`,
      args.map((arg) =>
        literal(arg, (value) => (isReference(value) ? this.#expression(value.$place) : undefined)),
      ),
    );
  }

  #expression(place: Subject): string {
    if (place === 'page') return 'page';
    const name = this.#names.get(keyOf(place));
    if (name !== undefined) return name;
    if ('gaveBy' in place)
      throw new Error(`step ${place.gaveBy} is not waited for before its result is used`);
    if ('part' in place) return `${this.#expression(place.of)}.${place.part}`;
    return lay(this.#call(place.of, place.call, place.args), 0);
  }
}

const keyOf = (place: Subject): string => JSON.stringify(place);

/** A session's name as the name of a variable. */
function identifier(text: string): string {
  const camel = text.replace(/[^A-Za-z0-9]+(\w?)/g, (_all, next: string) => next.toUpperCase());
  return /^[a-z]\w*$/.test(camel) && !RESERVED.has(camel) ? camel : 'chat';
}

const RESERVED = new Set(
  (
    'page await async break case catch class const continue debugger default delete do else enum export extends false finally for ' +
    'function if implements import in instanceof interface let new null package private protected public return static ' +
    'super switch this throw true try typeof undefined var void while with yield arguments eval'
  ).split(' '),
);
