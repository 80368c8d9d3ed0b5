import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '#harness/base/error.ts';
import type { PreparedVersion } from '#harness/store/prepared.ts';

/**
 * Below the compile cache: where a version copies its bundled plugins to and looks for what they depend on. Like the
 * compiled code it lasts from run to run, as it does on a user's machine: without, 2026.4.24 takes 90 s to its first reply.
 */
export const STAGE = 'plugin-runtime-deps';

/** Beside it: commands that stand first on the gateway's PATH. */
export const STAGE_BIN = 'plugin-runtime-deps-bin';

/**
 * From 2026.4.29-beta.1 on a plugin's dependencies count as installed only when they were asked for in the very same
 * set, so that every start and turn has a package manager install them again: pnpm where PATH has one, else npm. They
 * are linked already; this one has nothing to do, and OpenClaw looks for itself whether each package is there.
 */
const NOTHING_TO_DO = '#!/bin/sh\necho "Already up to date"\n';

/**
 * Links the dependencies of bundled plugins where the gateway looks for them. What is not there it would have npm
 * install at every start, and again for every plugin and turn.
 * Names as read in 2026.4.22 to 2026.4.30-beta.1 (`resolveExternalBundledRuntimeDepsInstallRoot`).
 * @param cache the version's compile cache
 * @param seen where the gateway sees the version's folder and that cache
 * @returns the folders that the gateway writes to
 */
export function linkBundledDeps(
  prepared: PreparedVersion,
  cache: string,
  seen: { version: string; cache: string },
): string[] {
  const main = `openclaw-${prepared.version}-${hashOf(join(seen.version, 'node_modules', 'openclaw'))}`;
  // 2026.4.30-beta.1 has the files that say which release it is in the name too (`createPackageRuntimeDepsRootHash`).
  const released = `openclaw-${prepared.version}-${hashOf(
    join(seen.version, 'node_modules', 'openclaw'),
    ...['package.json', 'dist/postinstall-inventory.json'].flatMap((name) => [
      '\0',
      name,
      '\0',
      contentOf(join(prepared.folder, 'node_modules', 'openclaw', name)),
    ]),
  )}`;
  // For some plugins (qqbot) the gateway takes the copy for a package of its own.
  const copied = `openclaw-unknown-${hashOf(join(seen.cache, STAGE, main))}`;
  // One link a package: the gateway puts some of its own beside them.
  const names = readdirSync(join(prepared.folder, 'node_modules')).filter(
    (name) => !name.startsWith('.') && name !== 'openclaw',
  );
  const roots = [main, released, copied].map((root) => join(cache, STAGE, root));
  for (const root of roots) {
    mkdirSync(join(root, 'node_modules'), { recursive: true });
    for (const name of names)
      link(join(seen.version, 'node_modules', name), join(root, 'node_modules', name));
  }
  const bin = join(cache, STAGE_BIN);
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'pnpm'), NOTHING_TO_DO);
  chmodSync(join(bin, 'pnpm'), 0o755);
  return [join(cache, STAGE), ...roots, ...roots.map((root) => join(root, 'node_modules'))];
}

function link(target: string, path: string): void {
  try {
    symlinkSync(target, path);
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
  }
}

function hashOf(...parts: string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex').slice(0, 12);
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
    return '';
  }
}
