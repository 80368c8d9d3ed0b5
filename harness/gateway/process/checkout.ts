import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { HarnessError, messageOf } from '#harness/base/error.ts';
import type { PreparedVersion } from '#harness/store/prepared.ts';
import { isVersion } from '#harness/versions/version.ts';

const manifest = z.object({ name: z.literal('openclaw'), version: z.string() });

/**
 * A checkout of OpenClaw that was built, as a version of the store: what `git bisect run` looks at.
 * @param path the checkout
 * @param caches where compiled code is kept from run to run
 * @throws HarnessError `NOT_A_CHECKOUT`, which `git bisect` skips, for a folder without a package `openclaw`
 */
export function checkoutAt(path: string, caches: string): PreparedVersion {
  const folder = resolve(path);
  const { version } = readManifest(folder);
  const id = createHash('sha256').update(folder).digest('hex').slice(0, 12);
  const commit = commitOf(folder);
  return {
    version,
    folder,
    entry: join(folder, 'openclaw.mjs'),
    stageBundledDeps: false,
    build: commit ? { commit } : {},
    compileCache: join(caches, `checkout-${id}`),
  };
}

function readManifest(folder: string): z.infer<typeof manifest> {
  try {
    const found = manifest.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
    if (!isVersion(found.version)) throw new Error(`its version is "${found.version.slice(0, 40)}"`);
    return found;
  } catch (error) {
    throw new HarnessError(
      'NOT_A_CHECKOUT',
      `There is no OpenClaw in ${folder}: ${messageOf(error).split('\n')[0]}`,
      'Name the folder of a checkout that is installed and built: --gateway path:../openclaw.',
      { cause: error },
    );
  }
}

/** Read from git's own files: the checkout's programs are not run for it. */
function commitOf(folder: string): string | undefined {
  const read = (path: string) => readFileSync(join(folder, '.git', path), 'utf8').trim();
  try {
    const head = read('HEAD');
    const ref = /^ref: (refs\/[\w./-]+)$/.exec(head)?.[1];
    const commit = ref ? read(ref) : head;
    return /^[0-9a-f]{40,64}$/.test(commit) ? commit : undefined;
  } catch {
    // No repository, or a packed reference.
    return undefined;
  }
}
