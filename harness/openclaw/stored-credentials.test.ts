import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { storedCredentials } from './stored-credentials.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'openclaw-repro-test-'));
});
afterEach(() => rmSync(home, { recursive: true }));

const AGENT = '.openclaw/agents/main/agent';
const FILE = `${AGENT}/auth-profiles.json`;
const store = (refresh: string) =>
  JSON.stringify({
    version: 1,
    profiles: {
      'openai:default': { type: 'oauth', provider: 'openai', access: 'a', refresh, expires: 1 },
      'xai:default': { type: 'api_key', provider: 'xai', key: 'k' },
    },
  });

function put(path: string, text: string): string {
  const at = join(home, path);
  mkdirSync(dirname(at), { recursive: true });
  writeFileSync(at, text);
  return at;
}

function putRow(path: string, table: string, columns: string, ...values: (string | number)[]): void {
  const at = join(home, path);
  mkdirSync(dirname(at), { recursive: true });
  using database = new DatabaseSync(at);
  database.exec(`CREATE TABLE ${table} (${columns})`);
  database.prepare(`INSERT INTO ${table} VALUES (${values.map(() => '?').join(', ')})`).run(...values);
}

const held = (refresh: string) => [{ profile: 'openai:default', refresh }];

test('reads the file of the versions before SQLite', () => {
  put(FILE, store('one'));
  expect(storedCredentials(home)).toEqual(held('one'));
});

test('reads each of the tables in which later versions keep it', () => {
  putRow(
    `${AGENT}/openclaw-agent.sqlite`,
    'auth_profile_store',
    'store_key, store_json, updated_at',
    'x',
    store('two'),
    10,
  );
  expect(storedCredentials(home)).toEqual(held('two'));
  putRow(
    '.openclaw/state/openclaw.sqlite',
    'auth_profile_stores',
    'store_key, store_json, updated_at',
    'shared',
    store('three'),
    20,
  );
  expect(storedCredentials(home)).toEqual(held('three'));
  putRow(
    '.openclaw/state/openclaw.sqlite',
    'config_machine_state',
    'state_key, value_json, updated_at_ms',
    'authProfiles.store',
    store('four'),
    30,
  );
  expect(storedCredentials(home)).toEqual(held('four'));
});

test('a newer row that holds no token, only the order of one agent, hides no other', () => {
  const columns = 'store_key, store_json, updated_at';
  const empty = JSON.stringify({ version: 1, profiles: {} });
  putRow(`${AGENT}/openclaw-agent.sqlite`, 'auth_profile_store', columns, 'x', empty, 20);
  expect(storedCredentials(home)).toEqual([]);
  putRow('.openclaw/state/openclaw.sqlite', 'auth_profile_stores', columns, 'shared', store('one'), 10);
  expect(storedCredentials(home)).toEqual(held('one'));
});

test('a file that was left behind by an upgrade does not count beside the database', () => {
  put(FILE, store('old'));
  putRow(
    '.openclaw/state/openclaw.sqlite',
    'config_machine_state',
    'state_key, value_json, updated_at_ms',
    'authProfiles.store',
    store('new'),
    2_000,
  );
  expect(storedCredentials(home)).toEqual(held('new'));
});

test('a store without a sign-in is empty, and one that cannot be read is none', () => {
  expect(storedCredentials(home)).toBeUndefined();
  put(FILE, '{"version":1,"profiles":{}}');
  expect(storedCredentials(home)).toEqual([]);
  put(FILE, '{"version":1,');
  put('.openclaw/state/openclaw.sqlite', 'no database');
  expect(storedCredentials(home)).toBeUndefined();
});

test('does not follow a link out of the folder', () => {
  const outside = put('elsewhere.json', store('theirs'));
  mkdirSync(join(home, AGENT), { recursive: true });
  symlinkSync(outside, join(home, FILE));
  expect(storedCredentials(home)).toBeUndefined();
});
