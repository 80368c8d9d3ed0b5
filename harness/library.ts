import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
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
