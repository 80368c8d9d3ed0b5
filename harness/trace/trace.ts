import type { Page, Script } from '#harness/scenario/script.ts';

/**
 * What a script did, in the order in which it did it: where a step began and where its end was waited for. A step that
 * begins between the two of another runs beside it. It is plain data: it can be kept, played, printed and cut.
 */
export type Trace = readonly TraceLine[];

export type TraceLine = Begin | { readonly end: number };

export interface Begin {
  /** The step's number, from 0. */
  readonly begin: number;
  readonly on: Subject;
  readonly method: string;
  /** Plain data; what the page gave before stands in it as a `Reference`. */
  readonly args: readonly unknown[];
}

/** On what a step is taken: the page, a part of it (`gateway`), what it makes at once (a session), what a step gave (a tab). */
export type Subject =
  | 'page'
  | { readonly of: Subject; readonly part: string }
  | { readonly of: Subject; readonly call: string; readonly args: readonly unknown[] }
  | { readonly gaveBy: number };

export interface Reference {
  readonly $place: Subject;
}

export const isBegin = (moment: TraceLine): moment is Begin => 'begin' in moment;

export const isReference = (value: unknown): value is Reference =>
  typeof value === 'object' && value !== null && '$place' in value;

type Members = { readonly [name: string]: unknown };
type Method = (...args: unknown[]) => unknown;

/**
 * The same script, watched: while it runs, `moments` grows. Steps of two strands that ended in some order by chance are
 * taken to wait for each other in that order.
 */
export function watched(script: Script, moments: TraceLine[]): Script {
  return async (page) => {
    moments.length = 0;
    const watcher = new Watcher(moments);
    try {
      return await script(watcher.wrap(page, 'page') as Page);
    } finally {
      watcher.done = true;
    }
  };
}

class Watcher {
  done = false;
  readonly #moments: TraceLine[];
  readonly #behind = new WeakMap<object, { real: object; place: Subject }>();
  #begun = 0;

  constructor(moments: TraceLine[]) {
    this.#moments = moments;
  }

  wrap(real: object, place: Subject): object {
    const proxy = new Proxy(real, {
      get: (_target, name) => {
        // The real object is asked itself: a class's private fields are not there for a proxy.
        const member: unknown = Reflect.get(real, name, real);
        if (typeof name === 'symbol') return member;
        if (typeof member === 'function')
          return (...args: unknown[]) => this.#call(real, place, name, member as Method, args);
        return hasMethods(member) ? this.wrap(member, { of: place, part: name }) : member;
      },
    });
    this.#behind.set(proxy, { real, place });
    return proxy;
  }

  #call(real: object, place: Subject, method: string, member: Method, args: unknown[]): unknown {
    // What is left out at the end would be `null` once it is kept.
    const given = args.slice(0, args.findLastIndex((arg) => arg !== undefined) + 1);
    const told = given.map((arg) => this.#told(arg));
    const begin = this.#begun;
    const result = Reflect.apply(
      member,
      real,
      given.map((arg) => this.#unwrapped(arg)),
    );
    if (!(result instanceof Promise)) {
      return hasMethods(result) ? this.wrap(result, { of: place, call: method, args: told }) : result;
    }
    this.#begun++;
    this.#note({ begin, on: place, method, args: told });
    return result.then(
      (value: unknown) => {
        this.#note({ end: begin });
        return hasMethods(value) ? this.wrap(value, { gaveBy: begin }) : value;
      },
      (error: unknown) => {
        this.#note({ end: begin });
        throw error;
      },
    );
  }

  /** What ends after the script was waited for by nobody. */
  #note(moment: TraceLine): void {
    if (!this.done) this.#moments.push(moment);
  }

  #told = (value: unknown): unknown =>
    mapped(value, (inner) => {
      const known = this.#behind.get(inner);
      return known && ({ $place: known.place } satisfies Reference);
    });

  #unwrapped = (value: unknown): unknown => mapped(value, (inner) => this.#behind.get(inner)?.real);
}

/** Plays a trace as the script that it was taken from. */
export const played =
  (trace: Trace): Script =>
  async (page) => {
    const running = new Map<number, Promise<unknown>>();
    const given = new Map<number, unknown>();
    const find = (place: Subject): Members => {
      if (place === 'page') return page as unknown as Members;
      if ('gaveBy' in place) return given.get(place.gaveBy) as Members;
      const of = find(place.of);
      return ('part' in place ? of[place.part] : call(of, place.call, place.args)) as Members;
    };
    const call = (on: Members, method: string, args: readonly unknown[]): unknown =>
      Reflect.apply(
        on[method] as Method,
        on,
        args.map((arg) => mapped(arg, (inner) => (isReference(inner) ? find(inner.$place) : undefined))),
      );
    for (const moment of trace) {
      if (isBegin(moment)) {
        const step = Promise.resolve(call(find(moment.on), moment.method, moment.args));
        // Whoever waits for it hears of a failure.
        step.catch(() => undefined);
        running.set(moment.begin, step);
      } else {
        given.set(moment.end, await running.get(moment.end));
      }
    }
  };

/** The steps whose results a step stands on. */
export function needs({ on, args }: Begin): number[] {
  const found: number[] = [];
  const look = (place: Subject): void => {
    if (place === 'page') return;
    if ('gaveBy' in place) found.push(place.gaveBy);
    else {
      look(place.of);
      if ('args' in place) place.args.forEach(search);
    }
  };
  const search = (value: unknown): void => {
    mapped(value, (inner) => {
      if (!isReference(inner)) return undefined;
      look(inner.$place);
      return inner;
    });
  };
  look(on);
  args.forEach(search);
  return found;
}

/** A copy of plain data in which some objects are others. */
function mapped(value: unknown, other: (inner: object) => object | undefined): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const changed = other(value);
  if (changed) return changed;
  if (Array.isArray(value)) return value.map((one: unknown) => mapped(one, other));
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, mapped(one, other)]));
}

/** True for what steps can be taken on; a turn, or what a command printed, is data. */
function hasMethods(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  for (
    let at: object | null = value;
    at && at !== Object.prototype;
    at = Object.getPrototypeOf(at) as object | null
  )
    for (const [name, { value: member }] of Object.entries(Object.getOwnPropertyDescriptors(at)))
      if (name !== 'constructor' && typeof member === 'function') return true;
  return false;
}
