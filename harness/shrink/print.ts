import { HarnessError } from '#harness/base/error.ts';
import { parseScenario } from '#harness/scenario/scenario.ts';
import { scriptLines } from '#harness/trace/print.ts';
import { callOf, field, lay, literal, objectOf, type Source } from '#harness/trace/source.ts';
import { played } from '#harness/trace/trace.ts';
import type { Fault } from '#mocks/faults.ts';
import * as faults from '#mocks/faults.ts';
import { type Draft, usual } from './draft.ts';

/**
 * The scenario file of a draft, laid out as Biome would.
 * @throws HarnessError `NOT_PRINTABLE` for what is neither plain data nor made by a function of `mocks/faults.ts`
 */
export function printScenario(draft: Draft): string {
  const made = new Set<string>();
  const source = (value: unknown): Source => literal(value, (inner) => faultSource(inner, made));
  const { name, title, about, setup, providers, expect, budgets, regression, trace, ...more } = draft;
  const follows = parseScenario(name, { title, setup, providers, script: played(trace) }).expect;
  const fields = (all: object): Source[] =>
    Object.entries(all)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => field(key, source(value)));
  const lines = scriptLines(trace, 4).map((line) => `${line}\n`);
  const body = objectOf(
    [
      ...fields({
        title,
        about,
        setup: changes(setup, usual.setup),
        providers: someOf(providers),
        expect: expect === follows ? undefined : expect,
        ...changes(more, usual),
      }),
      `async script(page) {\n${lines.join('')}  }`,
      ...fields({ budgets: changes(budgets, usual.budgets), regression }),
    ],
    true,
  );
  const definition = lay(callOf('defineScenario', [body]), 0, 'export default ', ';');
  const imported = imports([...made].toSorted());
  return `import { defineScenario } from '#scenario';\n${imported}\n${definition}\n`;
}

const imports = (faults: readonly string[]): string =>
  faults.length > 0 ? `${lay(objectOf(faults), 0, 'import ', " from '#faults';")}\n` : '';

const someOf = <T extends object>(value: T): T | undefined =>
  Object.keys(value).length > 0 ? value : undefined;

/** What is not as usual. */
function changes(value: object, usually: object): object | undefined {
  const known = new Map<string, unknown>(Object.entries(usually));
  const isUsual = (key: string, one: unknown) => JSON.stringify(one) === JSON.stringify(known.get(key));
  return someOf(Object.fromEntries(Object.entries(value).filter(([key, one]) => !isUsual(key, one))));
}

/** The call that made a fault; what it calls is noted in `made`. */
function faultSource(value: object, made: Set<string>): Source | undefined {
  // Only what a predicate says itself is printed: what it is told by names around it is not there in another file.
  if (typeof value === 'function') return String(value);
  if (!isFault(value)) return undefined;
  const [by, ...args] = value.made ?? [];
  if (by === undefined || !Object.hasOwn(faults, by)) {
    throw new HarnessError(
      'NOT_PRINTABLE',
      `The fault ${value.name} does not say how it was made, so it cannot be written to a scenario file.`,
      'Make it with a function from mocks/faults.ts.',
    );
  }
  made.add(by);
  return callOf(
    by,
    args.map((arg) => literal(arg, (inner) => faultSource(inner, made))),
  );
}

const isFault = (value: object): value is Fault => 'name' in value && 'apply' in value && 'describe' in value;
