import { globSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { doors, roomOf, rooms } from './rooms.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DOORS: { [name: string]: string } = {
  '#scenario': 'harness/scenario/scenario.ts',
  '#faults': 'mocks/faults.ts',
};
/** Tests and their helpers may know whatever they test. */
const isTest = (path: string) => /\.(test|suite)\.ts$|(^|\/)testing[./]|\/testing-/.test(path);

interface Import {
  from: string;
  to: string;
  /** As it is written. */
  name: string;
}

const IMPORT =
  /^(?:(?:import|export)\b[^'";=]*\bfrom|import) ['"]([#.][^'"]+)['"]|\bimport\(['"]([#.][^'"]+)['"]\)/gm;

const files = ['harness', 'mocks', 'reports', 'scenarios']
  .flatMap((folder) => globSync(`${folder}/**/*.{ts,mjs}`, { cwd: ROOT }))
  .filter((path) => !isTest(path));

const imports: Import[] = files.flatMap((from) =>
  importsOf(from, readFileSync(posix.join(ROOT, from), 'utf8')),
);

function importsOf(from: string, text: string): Import[] {
  const names = text.matchAll(IMPORT).toArray();
  return names.map(([, fixed, called]) => {
    const name = fixed ?? called ?? '';
    const path = name.startsWith('#') ? name.slice(1) : posix.join(posix.dirname(from), name);
    return { from, name, to: DOORS[name] ?? path };
  });
}

const place = new Map(rooms.map(({ folder }, index) => [folder as string, index]));

/** Why an import breaks the rules, if so. */
function broken({ from, to, name }: Import): string | undefined {
  const [room, other] = [roomOf(from), roomOf(to)];
  if (
    from.startsWith('scenarios/') &&
    !(doors.scenarios as readonly string[]).includes(name) &&
    !to.startsWith('scenarios/')
  )
    return `${from} imports ${name}: a scenario knows ${doors.scenarios.join(' and ')} only`;
  if (from.startsWith(doors.inside) && !to.startsWith(doors.inside))
    return `${from} imports ${to}: it runs in the gateway, where nothing else of ours is`;
  const [here, there] = [place.get(room ?? ''), place.get(other ?? '')];
  if (here !== undefined && there !== undefined && there > here)
    return `${from} imports ${to}: ${other} stands below ${room} in harness/base/rooms.ts`;
  return undefined;
}

test('every import leads to its own room or to one above it', () => {
  expect(imports.length).toBeGreaterThan(500);
  expect(imports.flatMap((one) => broken(one) ?? [])).toEqual([]);
});

test.each([
  ['harness/base/error.ts', '#harness/run/play.ts'],
  ['mocks/server.ts', '#harness/gateway/gateway.ts'],
  ['scenarios/stream/x.ts', '#harness/verdict/turns.ts'],
  ['harness/gateway/inside/clock.mjs', '../gateway.ts'],
])('%s that imports %s would be found', (from, name) => {
  const [found] = importsOf(from, `import { x } from '${name}';`);
  expect(found && broken(found)).toContain(from);
});

test('no module imports itself, by whatever way', () => {
  const next = Map.groupBy(imports, ({ from }) => from);
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (path: string, above: readonly string[]) => {
    if (above.includes(path)) circles.push([...above.slice(above.indexOf(path)), path].join(' → '));
    if (done.has(path) || above.includes(path)) return;
    for (const { to } of next.get(path) ?? []) visit(to, [...above, path]);
    done.add(path);
  };
  for (const path of files) visit(path, []);
  expect(circles).toEqual([]);
});

test('at the root of harness/ lie the command line and its launcher alone, and every folder there is a room', () => {
  expect(
    globSync('harness/*.{ts,mjs}', { cwd: ROOT })
      .filter((path) => !isTest(path))
      .toSorted(),
  ).toEqual(['harness/cli.ts', 'harness/openclaw-repro.mjs']);
  const without = files.filter(
    (path) => path.startsWith('harness/') && path.split('/').length > 2 && !roomOf(path),
  );
  expect(without).toEqual([]);
});
