import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join, relative, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import picomatch from 'picomatch';
import { HarnessError } from '#harness/base/error.ts';
import { plain } from '#harness/base/plain.ts';
import { isControl } from '#harness/verdict/rules.ts';
import { parseScenario, type Scenario } from './scenario.ts';
import { problemsOf } from './scenario-problems.ts';

/** Where the scenarios of this package lie. */
const scenariosFolder = fileURLToPath(new URL('../../scenarios', import.meta.url));

type Named = Pick<Scenario, 'name'>;

/** A scenario file that cannot be used. */
interface Broken {
  name: string;
  error: HarnessError;
}

export interface Library {
  scenarios: Scenario[];
  /** One broken file does not stop the others. */
  broken: Broken[];
}

/** Loads every scenario below a folder, in order: controls first, then by name. */
export async function loadLibrary(folder: string = scenariosFolder): Promise<Library> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /^[^/\\]+[/\\][^/\\]+(?<!\.test)\.ts$/.test(file),
  );
  const { scenarios, broken } = sorted(
    await Promise.all(files.map((file) => load(join(folder, file), nameOf(file)))),
  );
  return { scenarios: scenarios.toSorted(byName), broken };
}

/**
 * Those that any of the patterns means: a name, an area, a glob.
 * @throws HarnessError `UNKNOWN_SCENARIO` for a pattern that means none, and `BROKEN_SCENARIO` where it means only such
 */
export function select(library: Library, patterns: readonly string[]): Scenario[] {
  const chosen = patterns.flatMap((pattern) => orThrow(meant(library, pattern)).scenarios);
  return [...new Set(chosen)].toSorted(byName);
}

/**
 * Those that any of the patterns means, as `select` does; `./x/y.ts` is a scenario file that lies anywhere. One that is
 * broken does not stop the others.
 * @throws HarnessError `UNKNOWN_SCENARIO`, `NO_FILE`, and `BROKEN_SCENARIO` where no other is left
 */
export async function choose(library: Library, patterns: readonly string[]): Promise<Library> {
  const { files = [], names = [] } = Object.groupBy(new Set(patterns), (pattern) =>
    pattern.endsWith('.ts') ? 'files' : 'names',
  );
  const named = names.map((pattern) => meant(library, pattern));
  const loaded = sorted(await Promise.all(files.map(loadAny)));
  const scenarios = new Set(named.flatMap((one) => one.scenarios));
  const broken = new Set([...named.flatMap((one) => one.broken), ...loaded.broken]);
  return orThrow({
    scenarios: [...[...scenarios].toSorted(byName), ...loaded.scenarios],
    broken: [...broken],
  });
}

function meant({ scenarios, broken }: Library, pattern: string): Library {
  const isMeant = ({ name }: Named) => means(pattern, name);
  const found = { scenarios: scenarios.filter(isMeant), broken: broken.filter(isMeant) };
  if (found.scenarios.length + found.broken.length === 0) throw unknown(pattern, scenarios);
  return found;
}

function orThrow(found: Library): Library {
  if (found.scenarios.length === 0 && found.broken[0]) throw found.broken[0].error;
  return found;
}

const sorted = (loaded: readonly (Scenario | Broken)[]): Library => ({
  scenarios: loaded.filter((one): one is Scenario => !('error' in one)),
  broken: loaded.filter((one): one is Broken => 'error' in one),
});

/** @throws HarnessError `NO_FILE`, `BROKEN_SCENARIO` */
export async function loadFile(file: string): Promise<Scenario> {
  const loaded = await loadAny(file);
  if ('error' in loaded) throw loaded.error;
  return loaded;
}

/** @throws HarnessError `NO_FILE` */
async function loadAny(file: string): Promise<Scenario | Broken> {
  const path = resolve(file);
  if (!existsSync(path)) {
    const advice = 'A scenario of the library is named without .ts: see `openclaw-repro list`.';
    throw new HarnessError('NO_FILE', `There is no scenario file ${plain(file)}.`, advice);
  }
  const words = relative(process.cwd(), path)
    .replace(/\.ts$/, '')
    .replaceAll(/[^\w.]+/g, '-');
  return load(path, `file/${words.slice(-LONGEST_NAME).replace(/^[-.]+/, '')}`);
}

/** A folder and a container are called by it. */
const LONGEST_NAME = 60;

/** @throws HarnessError `ONE_SCENARIO` where a pattern means several */
export function only([scenario, ...others]: readonly Scenario[], pattern: string): Scenario {
  if (scenario && others.length === 0) return scenario;
  throw new HarnessError(
    'ONE_SCENARIO',
    `Expected one scenario; ${pattern} matches ${others.length + 1}.`,
    'Name one of them; openclaw-repro list shows all.',
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
    `There is no scenario "${plain(pattern.slice(0, LONGEST_PATTERN))}".`,
    advice,
  );
}

/** Files that lie elsewhere also name the package's own doors, as `#scenario` and `#faults`. */
registerHooks({ resolve: (specifier, context, next) => next(doorOf(specifier) ?? specifier, context) });

/** `#harness/scenario.ts` and `#mocks/faults.ts` are what the doors were called at first. */
function doorOf(specifier: string): string | undefined {
  const [, folder, rest = ''] = /^#(?:(harness|mocks)\/)?(.+)$/.exec(specifier) ?? [];
  const inside = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
  if (specifier === '#scenario' || specifier === '#harness/scenario.ts')
    return inside('harness/scenario/scenario.ts');
  if (specifier === '#faults') return inside('mocks/faults.ts');
  return folder ? inside(`${folder}/${rest}`) : undefined;
}

async function load(path: string, name: string): Promise<Scenario | Broken> {
  let exported: unknown;
  try {
    ({ default: exported } = (await import(pathToFileURL(path).href)) as { default?: unknown });
    return { ...parseScenario(name, exported), file: path };
  } catch (error) {
    const place = relative(process.cwd(), path);
    const problems = problemsOf(error, { path, source: readFileSync(path, 'utf8'), exported });
    const lines = problems.map(({ sentence, line }) => `  ${place}${line ? `:${line}` : ''} ${sentence}`);
    const failure = new HarnessError(
      'BROKEN_SCENARIO',
      `The scenario file ${place} cannot be used:\n${lines.join('\n')}`,
      'It must export `defineScenario({ title, script, … })` as its default; see the README.',
      { cause: error },
    );
    return { name, error: failure };
  }
}

const nameOf = (file: string): string => file.replace(/\.ts$/, '').split(sep).join('/');

/** Controls first, then by name. */
export function byName(left: Named, right: Named): number {
  const control = ({ name }: Named) => (isControl(name) ? 0 : 1);
  return control(left) - control(right) || left.name.localeCompare(right.name);
}
