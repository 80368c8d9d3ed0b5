import { createHash } from 'node:crypto';
import {
  cpSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { isAlive } from '#harness/base/processes.ts';
import type { Build } from '#harness/gateway/gateway.ts';
import { namesIn } from '#harness/store/run-folder.ts';
import { signInServices } from '#mocks/targets.ts';
import { isDatabase, Rewrite, type Values } from './rewrite.ts';

/** What `doctor` presented while it migrated, in order: by the ledger that issued it, and its label there. */
const redemption = z.object({ issuer: z.enum(signInServices), presented: z.string() });
export type Redeemed = z.infer<typeof redemption>;

const sealed = z.object({
  /** Of our own part in it. */
  code: z.string(),
  values: z.object({ named: z.record(z.string(), z.string()), at: z.number() }),
  redeemed: z.array(redemption),
  /** SHA-256 of each file, by path; a folder has none. */
  contents: z.record(z.string(), z.string()),
});
type Sealed = z.infer<typeof sealed>;

/** Written last, so that a folder without it is half made. */
const SEAL = 'sealed.json';
const HOME = 'home';

/** All that decides what a migration makes of a HOME. */
export interface Shape {
  version: string;
  build: Build;
  /** The commands that migrate. */
  migration: readonly (readonly string[])[];
  /** The files that they find, by path. */
  files: { [path: string]: string | Buffer };
  /** What in these files is this run's alone. */
  values: Values;
}

/** What a version's own commands made of a set-up's files, once, for every further run of the same set-up. */
export interface PreparedState {
  redeemed: readonly Redeemed[];
  /** Of all values that a run must have. */
  labels: readonly string[];
  /** The files of HOME for a run with these values; a path that ends in `/` is an empty folder. */
  files(values: Values): { [path: string]: Buffer };
}

/**
 * The states that lie in the store. From 2026.6.5 on a gateway's `doctor` brings the files of before into SQLite, which
 * takes 13 to 23 s and comes to the same each time but for tokens, ids and times; those are given to each run anew.
 */
export class PreparedStates {
  readonly #folder: string;

  /** @param folder where they lie from run to run */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The state of that shape where it lies there whole; one that was damaged is taken away. */
  find(shape: Shape): PreparedState | undefined {
    const path = this.#pathOf(shape);
    const read = readSealed(path);
    if (!read) {
      remove(path);
      return undefined;
    }
    return {
      redeemed: read.sealed.redeemed,
      labels: Object.keys(read.sealed.values.named),
      files: (values) => filled(read.contents, read.sealed.values, values),
    };
  }

  /** Takes a migrated HOME into the store, whole or not at all. */
  keep(shape: Shape, home: string, values: Values, redeemed: readonly Redeemed[]): void {
    const path = this.#pathOf(shape);
    const unfinished = `${path}.unfinished-${process.pid}`;
    this.#removeUseless(shape.version);
    try {
      mkdirSync(unfinished, { recursive: true, mode: 0o700 });
      cpSync(home, join(unfinished, HOME), {
        recursive: true,
        filter: (source) => !lstatSync(source).isSymbolicLink(),
      });
      closeDatabases(join(unfinished, HOME));
      const contents = Object.entries(contentsOf(join(unfinished, HOME)));
      const digests = contents.map(([name, bytes]) => [name, digest(bytes)]);
      const seal: Sealed = {
        code: codeDigest(),
        values,
        redeemed: [...redeemed],
        contents: Object.fromEntries(digests),
      };
      writeFileSync(join(unfinished, SEAL), JSON.stringify(seal));
      renameSync(unfinished, path);
    } catch {
      // Another run was quicker, or the store cannot be written: the next run migrates once more.
      remove(unfinished);
    }
  }

  #pathOf({ version, build, migration, files, values }: Shape): string {
    const neutral = new Rewrite(values, { named: labels(values), at: values.at });
    const { runtime, integrity, image, commit, node } = build;
    const hash = createHash('sha256').update(codeDigest());
    hash.update(JSON.stringify([version, runtime, integrity, image, commit, node, migration]));
    for (const [name, content] of Object.entries(files).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      hash.update(`${name}\0${toTheHour(neutral.text(String(content)), values.at)}\0`);
    return join(this.#folder, version, hash.digest('hex').slice(0, 32));
  }

  /** What killed runs have left, and what another code of ours has made. */
  #removeUseless(version: string): void {
    const folder = join(this.#folder, version);
    for (const name of namesIn(folder)) {
      const [, pid] = /\.unfinished-(\d+)$/.exec(name) ?? [];
      const useless = pid ? !isAlive(Number(pid)) : sealOf(join(folder, name))?.code !== codeDigest();
      if (useless) remove(join(folder, name));
    }
  }
}

/** The databases come last: they hold the digests of other files (`config_health_entries` of 2026.9.6). */
function filled(contents: { [path: string]: Buffer }, from: Values, to: Values): { [path: string]: Buffer } {
  const [databases, others] = [true, false].map((wanted) =>
    Object.entries(contents).filter(([, bytes]) => isDatabase(bytes) === wanted),
  ) as [[string, Buffer][], [string, Buffer][]];
  const rewrite = new Rewrite(from, to);
  const files = others.map(([name, bytes]) => ({ name, bytes, own: rewrite.content(bytes) }));
  const digests = (content: 'bytes' | 'own') =>
    Object.fromEntries(files.map((file) => [`SHA-256 ${file.name}`, digest(file[content])]));
  const within = new Rewrite(
    { ...from, named: { ...from.named, ...digests('bytes') } },
    { ...to, named: { ...to.named, ...digests('own') } },
  );
  return Object.fromEntries([
    ...files.map(({ name, own }) => [rewrite.text(name), own]),
    ...databases.map(([name, bytes]) => [rewrite.text(name), within.content(bytes)]),
  ]);
}

const labels = ({ named }: Values) =>
  Object.fromEntries(Object.keys(named).map((label) => [label, `<${label}>`]));

const HOUR = 3_600_000;
/** Times as hours from the run's own: two runs of one set-up differ by seconds, a fresh token and an expired one by hours. */
const toTheHour = (text: string, at: number): string =>
  text
    .replace(/(?<!\w)\d{13}(?!\w)/g, (ms) => `${Math.round((Number(ms) - at) / HOUR)} h`)
    .replace(
      /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g,
      (iso) => `${Math.round((Date.parse(iso) - at) / HOUR)} h`,
    );

function remove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // A store that cannot be written: each run migrates for itself.
  }
}

const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Our own part in it: another code may prepare otherwise. */
const codeDigest = (() => {
  let known: string | undefined;
  const modules = ['../inside/migrate-first.mjs', './prepared-states.ts', './rewrite.ts'];
  return (): string => {
    known ??= digest(Buffer.concat(modules.map((path) => readFileSync(new URL(path, import.meta.url)))));
    return known;
  };
})();

/** `doctor` leaves what it wrote last in files beside each database (`-wal`, `-shm`): they become one. */
function closeDatabases(home: string): void {
  for (const [name, bytes] of Object.entries(contentsOf(home))) {
    if (!isDatabase(bytes)) continue;
    using database = new DatabaseSync(join(home, name));
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  }
}

function sealOf(path: string): Sealed | undefined {
  try {
    return sealed.parse(JSON.parse(readFileSync(join(path, SEAL), 'utf8')));
  } catch {
    return undefined;
  }
}

function readSealed(path: string): { sealed: Sealed; contents: { [path: string]: Buffer } } | undefined {
  try {
    const read = sealOf(path);
    if (!read) return undefined;
    const contents = contentsOf(join(path, HOME));
    const names = Object.keys(contents);
    const whole =
      names.length === Object.keys(read.contents).length &&
      names.every((name) => read.contents[name] === digest(contents[name] as Buffer));
    return whole ? { sealed: read, contents } : undefined;
  } catch {
    return undefined;
  }
}

/** Plain files by path, and empty folders with a `/` at the end. */
function contentsOf(folder: string): { [path: string]: Buffer } {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const found = entries.flatMap((entry): [string, Buffer][] => {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) return [[relative(folder, path), readFileSync(path)]];
    if (entry.isDirectory() && readdirSync(path).length === 0)
      return [[`${relative(folder, path)}/`, Buffer.alloc(0)]];
    return [];
  });
  return Object.fromEntries(found.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
