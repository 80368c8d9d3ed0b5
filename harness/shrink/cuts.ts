import { counted } from '#harness/base/plain.ts';
import { type Begin, isBegin, needs, type Subject, type Trace } from '#harness/trace/trace.ts';
import { providersOf } from '#harness/verdict/judge.ts';
import type { Fault } from '#mocks/faults.ts';
import { type Draft, tidied, usual } from './draft.ts';

/** A draft with something taken away. */
export interface Cut {
  draft: Draft;
  /** What was taken, in a few words: `without 2 steps`. */
  label: string;
}

/** All that can be taken from a draft at once: the most first, single things last, and then what only gets shorter. */
export function* cutsOf(draft: Draft): Generator<Cut> {
  for (const cut of [
    ...pieces(draft),
    ...models(draft),
    ...behaviours(draft),
    ...settings(draft),
    ...plainer(draft),
  ]) {
    if (cut.draft.trace.some((moment) => isBegin(moment) && isMessage(moment))) {
      yield { ...cut, draft: tidied(cut.draft) };
    }
  }
}

/** Without a message nothing is tried. */
const isMessage = ({ method }: Begin): boolean => method === 'say' || method === 'send';

function* pieces(draft: Draft): Generator<Cut> {
  const steps = draft.trace.filter(isBegin);
  const left = (gone: readonly Begin[], label: string): Cut => ({
    draft: { ...draft, trace: without(draft.trace, gone) },
    label,
  });
  const sessions = Map.groupBy(
    steps.filter(({ on }) => sessionOf(on) !== undefined),
    ({ on }) => sessionOf(on),
  );
  if (sessions.size > 1)
    for (const [session, theirs] of sessions) yield left(theirs, `without the session ${session}`);
  const idle = steps.filter(({ method }) => method === 'idle');
  if (idle.length > 1) yield left(idle, 'without the waits');
  for (let size = Math.ceil(steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    // From the end: what comes after the regression is the most likely to be idle.
    for (let until = steps.length; until > 0; until -= size) {
      const gone = steps.slice(Math.max(0, until - size), until);
      yield left(gone, `without ${gone.length === 1 ? describe(gone[0]) : counted(gone.length, 'step')}`);
    }
  }
}

const sessionOf = (place: Subject): string | undefined => {
  if (typeof place === 'string' || 'gaveBy' in place) return undefined;
  if ('call' in place && place.call === 'session') return place.args.map(String).join(' of ') || 'main';
  return sessionOf(place.of);
};

function describe(step: Begin | undefined): string {
  const {
    method,
    args: [first],
  } = step ?? { method: '', args: [] };
  return typeof first === 'string' || typeof first === 'number'
    ? `${method}(${JSON.stringify(first)})`
    : method;
}

/** Also without what stands on what is taken away. */
function without(trace: Trace, steps: readonly Begin[]): Trace {
  const gone = new Set(steps.map(({ begin }) => begin));
  for (const moment of trace) {
    if (isBegin(moment) && needs(moment).some((step) => gone.has(step))) gone.add(moment.begin);
  }
  return trace.filter((moment) => !gone.has(isBegin(moment) ? moment.begin : moment.end));
}

function* models(draft: Draft): Generator<Cut> {
  const { setup } = draft;
  const { model, fallbacks } = setup;
  const left = (change: Partial<Draft['setup']>, label: string): Cut => ({
    draft: { ...draft, setup: { ...setup, ...change } },
    label,
  });
  if (fallbacks.length > 1) yield left({ fallbacks: [] }, 'without fallbacks');
  for (const [index, fallback] of [...fallbacks.entries()].toReversed())
    yield left({ fallbacks: fallbacks.toSpliced(index, 1) }, `without the fallback ${fallback}`);
  const [next, ...others] = fallbacks;
  if (next) yield left({ model: next, fallbacks: others }, `without the model ${model}`);
  // Only where its control has run.
  const { model: wanted } = usual.setup;
  if (model !== wanted && providersOf(draft).some((provider) => wanted.startsWith(`${provider}/`)))
    yield left({ model: wanted, fallbacks: fallbacks.filter((one) => one !== wanted) }, `with ${wanted}`);
}

function* behaviours(draft: Draft): Generator<Cut> {
  const entries = Object.entries(draft.providers) as [string, readonly Fault[]][];
  const left = (target: string, faults: readonly Fault[], label: string): Cut => ({
    draft: {
      ...draft,
      providers: Object.fromEntries(
        entries.flatMap(([name, before]) => {
          const list = name === target ? faults : before;
          return list.length > 0 ? [[name, list]] : [];
        }),
      ),
    },
    label,
  });
  for (const [target] of entries) yield left(target, [], `without the faults of ${target}`);
  for (const [target, faults] of entries) {
    const isLong = faults.length > 1;
    for (const [index, fault] of faults.entries()) {
      if (isLong) yield left(target, faults.toSpliced(index, 1), `without ${fault.name} of ${target}`);
    }
    for (const [index, fault] of faults.entries()) {
      for (const inner of innerOf(fault))
        yield left(target, faults.with(index, inner), `with ${inner.name} for ${fault.name} of ${target}`);
    }
  }
}

/** The faults that one was made from: `drip(1_000, cutAfter(1))`. */
const innerOf = ({ made: [, ...args] = ['reply'] }: Fault): Fault[] =>
  args.filter(
    (arg): arg is Fault => typeof arg === 'object' && arg !== null && 'made' in arg && 'apply' in arg,
  );

/** Each setting back to its default; models are cut by themselves. */
function* settings(draft: Draft): Generator<Cut> {
  const defaults: { [key: string]: unknown } = usual.setup;
  const { setup } = draft;
  const changed = Object.entries(setup)
    .filter(([key, value]) => !['model', 'fallbacks'].includes(key) && !isSame(value, defaults[key]))
    .map(([key]) => key);
  const left = (keys: readonly string[]): Cut => {
    const kept = Object.entries(setup).filter(([key]) => !keys.includes(key));
    const reset = Object.entries(defaults).filter(([key]) => keys.includes(key));
    return {
      draft: { ...draft, setup: Object.fromEntries([...kept, ...reset]) as Draft['setup'] },
      label: `without ${keys.join(', ')}`,
    };
  };
  if (changed.length > 1) yield left(changed);
  for (const key of changed) yield left([key]);
  for (const key of Object.keys(setup.config).length > 1 ? Object.keys(setup.config) : []) {
    const { [key]: _gone, ...config } = setup.config;
    yield { draft: { ...draft, setup: { ...setup, config } }, label: `without config.${key}` };
  }
  if (setup.agents.length > 2)
    for (const agent of setup.agents.slice(1)) {
      const agents = setup.agents.filter((one) => one !== agent);
      yield { draft: { ...draft, setup: { ...setup, agents } }, label: `without the agent ${agent}` };
    }
}

const isSame = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right);

const SHORT_TEXT = 30;
const SHORT_WAIT = 1_000;

/** Nothing is taken, but all texts or all waits get short, in one go each: one probe is worth it, not one for each. */
function* plainer(draft: Draft): Generator<Cut> {
  const shorter = (when: (step: Begin) => boolean, first: unknown): Trace =>
    draft.trace.map((moment) =>
      isBegin(moment) && when(moment) ? { ...moment, args: [first, ...moment.args.slice(1)] } : moment,
    );
  const isLong = (step: Begin) => isMessage(step) && String(step.args[0]).length > SHORT_TEXT;
  const isSlow = ({ method, args: [ms] }: Begin) => method === 'idle' && Number(ms) > SHORT_WAIT;
  const steps = draft.trace.filter(isBegin);
  if (steps.some(isLong))
    yield { draft: { ...draft, trace: shorter(isLong, 'Hello') }, label: 'with short messages' };
  if (steps.some(isSlow))
    yield { draft: { ...draft, trace: shorter(isSlow, SHORT_WAIT) }, label: 'with waits of a second' };
}
