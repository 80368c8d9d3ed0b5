import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { access, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { addedBy } from './disk.ts';

/** Written last into a version's folder: a folder without it is half made. */
const seal = z.object({
  version: z.string(),
  integrity: z.string(),
  commit: z.string().optional(),
  engines: z.string().optional(),
  /** What the version added to the store when it was installed, in bytes. */
  added: z.number().optional(),
  /** Of the package's files, to see whether one was changed since. */
  fingerprint: z.string(),
});
export type Seal = z.infer<typeof seal>;

/** Its file; touched whenever the version is used. */
export const SEAL = 'sealed.json';

export const packageFolder = (path: string): string => join(path, 'node_modules', 'openclaw');

/**
 * Seals the version that was installed in a folder. Its own files are made read-only, and looked at before each
 * use: a gateway may write into its own package (bundled runtime deps, from about 2026.4.20).
 */
export async function sealVersion(
  path: string,
  made: Omit<Seal, 'added' | 'fingerprint' | 'commit'>,
): Promise<Seal> {
  for (const { path: file, mode } of ownFiles(packageFolder(path))) chmodSync(file, mode & 0o555);
  const sealed = {
    ...made,
    added: addedBy(path),
    fingerprint: fingerprint(packageFolder(path)),
    ...(await buildCommit(path)),
  };
  await writeFile(join(path, SEAL), JSON.stringify(sealed, undefined, 2));
  return sealed;
}

/** The seal of a version that lies there whole; `undefined` where it is half made or was changed since. */
export async function readSeal(path: string): Promise<Seal | undefined> {
  try {
    await access(packageFolder(path));
    const sealed = seal.parse(JSON.parse(await readFile(join(path, SEAL), 'utf8')));
    // OpenClaw refuses files with a second name.
    if (lstatSync(join(packageFolder(path), 'openclaw.mjs')).nlink > 1) return undefined;
    return fingerprint(packageFolder(path)) === sealed.fingerprint ? sealed : undefined;
  } catch {
    return undefined;
  }
}

/** What a version added to the store, in bytes; `undefined` where it does not lie there or was installed long ago. */
export function addedBytes(path: string): number | undefined {
  try {
    return seal.parse(JSON.parse(readFileSync(join(path, SEAL), 'utf8'))).added;
  } catch {
    return undefined;
  }
}

async function buildCommit(path: string): Promise<{ commit?: string }> {
  try {
    const info: unknown = JSON.parse(
      await readFile(join(packageFolder(path), 'dist', 'build-info.json'), 'utf8'),
    );
    const { commit } = z.object({ commit: z.string() }).parse(info);
    return { commit };
  } catch {
    return {};
  }
}

/**
 * Lies in a package that was installed without its scripts, and the gateway takes it away at its first start (seen on
 * 2026.9.6, which would be installed again before every run, also under those that are still running).
 */
const TAKEN_AWAY = '.openclaw-lifecycle-pending';

/** Of the package: its own files' names, sizes and times. Contents would cost seconds at every start. */
function fingerprint(folder: string): string {
  const hash = createHash('sha256');
  // Of what it depends on, that it is there: the hoisted folders beside it.
  const beside = dirname(folder);
  const scopes = readdirSync(beside).filter((name) => name.startsWith('@'));
  for (const scope of ['', ...scopes])
    hash.update(`${scope}:${readdirSync(join(beside, scope)).toSorted()}\n`);
  for (const { path, size, mtimeMs } of ownFiles(folder)) {
    if (path === join(folder, TAKEN_AWAY)) continue;
    hash.update(`${path.slice(folder.length)}:${size}:${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

interface OwnFile {
  path: string;
  /** Bytes. */
  size: number;
  mtimeMs: number;
  mode: number;
}

/** The package's own files, in order, without those of its dependencies. */
function* ownFiles(folder: string): Generator<OwnFile> {
  const entries = readdirSync(folder, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) {
      const { size, mtimeMs, mode } = lstatSync(path);
      yield { path, size, mtimeMs, mode };
    } else if (entry.name !== 'node_modules') {
      yield* ownFiles(path);
    }
  }
}
