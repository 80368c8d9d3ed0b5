import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { parseJson } from './log-lines.ts';

/** One profile that signs in by OAuth. The token is a secret: only its label may be written down. */
export interface StoredProfile {
  profile: string;
  refresh: string;
}

/**
 * What a gateway that has ended left in its own store of credentials; `undefined` where none can be read. Of
 * several that it left, as an upgrade does, a row of its database counts before a file, and the newest row that holds a
 * token: what `models auth order set` writes for one agent on 2026.9.6 holds none.
 * @param home the gateway's HOME
 */
export function storedCredentials(home: string): StoredProfile[] | undefined {
  const rows = DATABASES.flatMap((path) => fromDatabase(join(home, path)));
  const byAge = rows.toSorted((left, right) => right.writtenAt - left.writtenAt);
  const newest = byAge.find(({ profiles }) => profiles.length > 0) ?? byAge[0];
  return (newest ?? fromFile(join(home, AGENT, 'auth-profiles.json')))?.profiles;
}

const AGENT = join('.openclaw', 'agents', 'main', 'agent');
const DATABASES = [join('.openclaw', 'state', 'openclaw.sqlite'), join(AGENT, 'openclaw-agent.sqlite')];

/** Where the versions keep it: read in the folders of 2026.6.11 to 2026.9.6; a table that is missing is passed over. */
const QUERIES = [
  `SELECT value_json AS json, updated_at_ms AS writtenAt FROM config_machine_state WHERE state_key = 'authProfiles.store'`,
  'SELECT store_json AS json, updated_at AS writtenAt FROM auth_profile_stores',
  'SELECT store_json AS json, updated_at AS writtenAt FROM auth_profile_store',
];

/** A larger file is no store of a few profiles. */
const LARGEST = 256 * 1024 * 1024;

interface Store {
  profiles: StoredProfile[];
  writtenAt: number;
}

const storeSchema = z.object({
  profiles: z.record(z.string(), z.object({ type: z.string(), refresh: z.string().optional() })),
});
const rowSchema = z.object({ json: z.string(), writtenAt: z.number() });

const fromFile = (path: string): Store | undefined =>
  isRegular(path) ? read(readFileSync(path, 'utf8'))[0] : undefined;

function fromDatabase(path: string): Store[] {
  if (!isRegular(path)) return [];
  try {
    using database = new DatabaseSync(path, { readOnly: true });
    return QUERIES.flatMap((query) => rowsOf(database, query)).flatMap(({ json, writtenAt }) =>
      read(json, writtenAt),
    );
  } catch {
    return [];
  }
}

function rowsOf(database: DatabaseSync, query: string) {
  try {
    return database
      .prepare(query)
      .all()
      .map((row) => rowSchema.parse(row));
  } catch {
    return [];
  }
}

function read(json: string, writtenAt = 0): Store[] {
  const store = storeSchema.safeParse(parseJson(json)).data;
  if (!store) return [];
  const profiles = Object.entries(store.profiles).flatMap(([profile, { type, refresh }]) =>
    type === 'oauth' && refresh ? [{ profile, refresh }] : [],
  );
  return [{ profiles, writtenAt }];
}

/** Never through a link: what a gateway leaves behind may lead anywhere. */
function isRegular(path: string): boolean {
  const file = lstatSync(path, { throwIfNoEntry: false });
  return file?.isFile() === true && file.size <= LARGEST;
}
