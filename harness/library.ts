import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join, relative, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import picomatch from 'picomatch';
import { HarnessError } from './error.ts';
import { plain } from './plain.ts';
import { parseScenario, type Scenario } from './scenario.ts';
import { problemsOf } from './scenario-problems.ts';

/** Where the scenarios of this package lie. */
const scenariosFolder = fileURLToPath(new URL('../scenarios', import.meta.url));

type Named = Pick<Scenario, 'name'>;

export interface Library {
  scenarios: Scenario[];
  /** Files that could not be read; one broken file does not stop the others. */
  broken: HarnessError[];
}

/** Loads every scenario below a folder, in order: controls first, then by name. */
export async function loadLibrary(folder: string = scenariosFolder): Promise<Library> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /^[^/\\]+[/\\][^/\\]+(?<!\.test)\.ts$/.test(file),
  );
  const loaded = await Promise.all(files.map((file) => load(join(folder, file), nameOf(file))));
  const scenarios = loaded.filter((one): one is Scenario => !(one instanceof HarnessError));
  const broken = loaded.filter((one): one is HarnessError => one instanceof HarnessError);
  return { scenarios: scenarios.toSorted(byName), broken };
}

/**
 * Those that any of the patterns means: a name, an area, a glob.
 * @throws HarnessError `UNKNOWN_SCENARIO` for a pattern that means none
 */
export function select({ scenarios, broken }: Library, patterns: readonly string[]): Scenario[] {
  const chosen = patterns.flatMap((pattern) => {
    const found = scenarios.filter(({ name }) => means(pattern, name));
    if (found.length > 0) return found;
    const file = broken.find(({ message }) => message.includes(`${sep}${pattern.replaceAll('/', sep)}.ts`));
    throw file ?? unknown(pattern, scenarios);
  });
  return [...new Set(chosen)].toSorted(byName);
}

/**
 * Those that any of the patterns means, as `select` does; `./x/y.ts` is a scenario file that lies anywhere.
 * @throws HarnessError `UNKNOWN_SCENARIO`, and `NO_FILE` or `BROKEN_SCENARIO` for a file that cannot be used
 */
export async function choose(library: Library, patterns: readonly string[]): Promise<Scenario[]> {
  const { files = [], names = [] } = Object.groupBy(new Set(patterns), (pattern) =>
    pattern.endsWith('.ts') ? 'files' : 'names',
  );
  const chosen = select(library, names);
  return [...chosen, ...(await Promise.all(files.map(loadFile)))];
}

/** @throws HarnessError `NO_FILE`, `BROKEN_SCENARIO` */
export async function loadFile(file: string): Promise<Scenario> {
  const path = resolve(file);
  if (!existsSync(path)) {
    const advice = 'A scenario of the library is named without .ts: see `openclaw-repro list`.';
    throw new HarnessError('NO_FILE', 'call', `There is no scenario file ${plain(file)}.`, advice);
  }
  const words = relative(process.cwd(), path)
    .replace(/\.ts$/, '')
    .replaceAll(/[^\w.]+/g, '-');
  const loaded = await load(path, `file/${words.slice(-LONGEST_NAME).replace(/^[-.]+/, '')}`);
  if (loaded instanceof HarnessError) throw loaded;
  return loaded;
}

/** A folder and a container are called by it. */
const LONGEST_NAME = 60;

/** @throws HarnessError `ONE_SCENARIO` where a pattern means several */
export function only([scenario, ...others]: readonly Scenario[], pattern: string): Scenario {
  if (scenario && others.length === 0) return scenario;
  throw new HarnessError(
    'ONE_SCENARIO',
    'call',
    `A search is for one scenario; ${pattern} means ${others.length + 1}.`,
    'Name one: openclaw-repro list shows them.',
  );
}

/** What is no glob at all means nothing. */
function means(pattern: string, name: string): boolean {
  if (pattern.length === 0 || pattern.length > LONGEST_PATTERN) return false;
  return picomatch.isMatch(name, [pattern, `${pattern}/*`]);
}

const LONGEST_PATTERN = 200;

function unknown(pattern: string, scenarios: readonly Scenario[]): HarnessError {
  const last = pattern.split('/').at(-1) ?? pattern;
  const near = scenarios.filter(
    ({ name }) => name.includes(last) || last.includes(name.split('/')[1] ?? name),
  );
  const advice =
    near.length > 0
      ? `Did you mean ${near.map(({ name }) => name).join(' or ')}?`
      : 'See `openclaw-repro list` for all names.';
  return new HarnessError(
    'UNKNOWN_SCENARIO',
    'call',
    `There is no scenario "${plain(pattern.slice(0, LONGEST_PATTERN))}".`,
    advice,
  );
}

/** Files that lie elsewhere also name the package's own modules as `#mocks/…`. */
registerHooks({
  resolve: (specifier, context, next) =>
    next(
      OWN.test(specifier) ? fileURLToPath(new URL(`../${specifier.slice(1)}`, import.meta.url)) : specifier,
      context,
    ),
});

const OWN = /^#(harness|mocks)\//;

async function load(path: string, name: string): Promise<Scenario | HarnessError> {
  let exported: unknown;
  try {
    ({ default: exported } = (await import(pathToFileURL(path).href)) as { default?: unknown });
    return parseScenario(name, exported);
  } catch (error) {
    const place = relative(process.cwd(), path);
    const problems = problemsOf(error, { path, source: readFileSync(path, 'utf8'), exported });
    const lines = problems.map(({ sentence, line }) => `  ${place}${line ? `:${line}` : ''} ${sentence}`);
    return new HarnessError(
      'BROKEN_SCENARIO',
      'call',
      `The scenario file ${place} cannot be used:\n${lines.join('\n')}`,
      'It must export `defineScenario({ title, script, … })` as its default; see the README.',
      { cause: error },
    );
  }
}

const nameOf = (file: string): string => file.replace(/\.ts$/, '').split(sep).join('/');

/** Controls first, then by name. */
export function byName(left: Named, right: Named): number {
  const control = ({ name }: Named) => (name.startsWith('control/') ? 0 : 1);
  return control(left) - control(right) || left.name.localeCompare(right.name);
}
