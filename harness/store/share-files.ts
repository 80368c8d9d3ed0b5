import { createHash } from 'node:crypto';
import { linkSync, lstatSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '#harness/base/error.ts';
import { below } from './disk.ts';

/**
 * pnpm copies packages that have install scripts, as those could change their files, although they are not run here: a
 * hundred megabytes a version. This keeps each of those files once.
 *
 * A package that the gateway depends on gets hard links to the files of pnpm's store in the copies' place, as pnpm does
 * for all other packages. The gateway's own files stay copies, and it is the store that loses them: OpenClaw refuses
 * files of its plugins that have a second name (run on 2026.5.4: "Unable to open bundled plugin public surface").
 * @param modules `node_modules`
 * @param own the gateway's package, below it
 * @param store pnpm's: a file lies under the SHA-512 of its contents, as read in pnpm 12's `v11/files`
 */
export function keepOnce(modules: string, own: string, store: string): void {
  for (const { path, stats } of below(modules)) {
    if (!stats.isFile() || stats.nlink > 1) continue;
    const stored = placeInStore(path, stats.mode, store);
    if (!path.startsWith(`${own}/`)) lend(stored, path);
    else if (lstatSync(stored, { throwIfNoEntry: false })?.nlink === 1) rmSync(stored);
  }
}

function placeInStore(path: string, mode: number, store: string): string {
  const hash = createHash('sha512').update(readFileSync(path)).digest('hex');
  return join(store, 'v11', 'files', hash.slice(0, 2), `${hash.slice(2)}${mode & 0o111 ? '-exec' : ''}`);
}

/** A file that the store does not hold, or cannot lend (another disk), stays a copy. */
function lend(stored: string, path: string): void {
  try {
    linkSync(stored, `${path}.shared`);
  } catch (error) {
    if (['ENOENT', 'EXDEV', 'EPERM', 'EMLINK'].includes(errnoOf(error) ?? '')) return;
    throw error;
  }
  renameSync(`${path}.shared`, path);
}
