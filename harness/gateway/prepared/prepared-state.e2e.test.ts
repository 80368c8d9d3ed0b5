import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunRecord } from '#harness/record/record.ts';
import { run } from '#harness/run/run.ts';
import { loadLibrary, select } from '#harness/scenario/library.ts';
import { VersionStore } from '#harness/store/version-store.ts';
import { ofKind } from '#harness/timeline/timeline.ts';
import { resolveGateway } from '../resolve.ts';
import { PreparedStates } from './prepared-states.ts';
import { isDatabase } from './rewrite.ts';

/** The first kind of version that keeps its state in SQLite; it starts faster than the newest. */
const VERSION = '2026.6.11';
const { signal } = new AbortController();
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'openclaw-repro-test-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function played(states: string, seed: string): Promise<RunRecord> {
  const [scenario] = select(await loadLibrary(), ['control/healthy-codex']);
  if (!scenario) throw new Error('no control');
  const store = new VersionStore();
  const gateway = await resolveGateway(VERSION, { store, progress: () => undefined, signal });
  const options = {
    runs: join(folder, 'runs'),
    states: new PreparedStates(join(folder, states)),
    seed,
    signal,
  };
  return run(scenario, gateway, options);
}

test(`a state that openclaw ${VERSION} prepared once is, table by table, the one that it makes for a run`, async () => {
  for (const [states, seed] of [['first', 'a'] as const, ['second', 'b'] as const]) {
    const { outcome, verdict, timeline } = await played(states, seed);
    expect(outcome, verdict).toBe('clean');
    expect(timeline.filter(ofKind('gateway.migrated'))).toMatchObject([{ kind: 'gateway.migrated' }]);
    expect(timeline.find(ofKind('gateway.migrated'))?.prepared).toBeUndefined();
  }
  const [one, other] = ['first', 'second'].map((states) => contentsOf(join(folder, states, VERSION)));
  expect(Object.keys(one ?? {}).length).toBeGreaterThan(5);
  expect(one).toEqual(other);

  const third = await played('first', 'c');
  expect(third.outcome, third.verdict).toBe('clean');
  expect(third.timeline.filter(ofKind('gateway.migrated'))).toMatchObject([{ prepared: true }]);
});

/** What lies in the only state there, by file or table, without what differs between any two migrations. */
function contentsOf(states: string): { [name: string]: string[] } {
  const [key = ''] = readdirSync(states);
  const home = join(states, key, 'home');
  const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const found = files.flatMap(({ parentPath, name }): [string, string[]][] => {
    const bytes = readFileSync(join(parentPath, name));
    const path = neutral(join(parentPath, name).slice(home.length));
    if (!isDatabase(bytes)) return [[path, neutral(bytes.toString('latin1')).split('\n')]];
    return tablesOf(bytes).map(({ table, rows }) => [`${path} ${table}`, rows]);
  });
  return Object.fromEntries(found);
}

function tablesOf(bytes: Buffer): { table: string; rows: string[] }[] {
  const path = join(folder, 'compared.sqlite');
  writeFileSync(path, bytes);
  using database = new DatabaseSync(path);
  const tables = database.prepare(
    `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'`,
  );
  return tables.all().map(({ name }) => {
    const rows = database.prepare(`SELECT * FROM "${name}"`).all();
    return { table: String(name), rows: rows.map((row) => neutral(JSON.stringify(row))).toSorted() };
  });
}

/** Tokens, ids, keys, digests, ports, folders and times; what is left must be equal. */
const neutral = (text: string): string =>
  text
    .replace(/\/[^\s"']*\/runs\/[^\s/"']+/g, 'RUN')
    .replace(/-----BEGIN [^-]+-----[^-]+-----END [^-]+-----/g, 'KEY')
    .replace(
      /[\w-]+\.[\w-]{20,}\.[\w-]{20,}|rt_synthetic_[\w-]+|[\w-]+-synthetic-[\w-]+|synthetic-[\w-]+/g,
      'TOKEN',
    )
    .replace(/\d{4}-\d\d-\d\dT\d\d[:-]\d\d[:-]\d\d(\.\d+)?Z?/g, 'TIME')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}/g, 'ID')
    // On a machine that was just started they are small.
    .replace(/"(p?pid)":\d+/g, '"$1":"PID"')
    // Digests in hex, and numbers that are no small ones.
    .replace(/(?<![a-z0-9])(?=[0-9a-f]*\d)[0-9a-f]{5,}(\.\d+)?(?![a-z0-9])/g, 'NUMBER');
