import { createHash } from 'node:crypto';
import { linkSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '#harness/error.ts';
import { below } from './disk.ts';

/**
 * pnpm copies packages that have install scripts, as those could change their files, although they are not run here: a
 * hundred megabytes a version. This puts hard links to the files of pnpm's store in the copies' place, as pnpm does for
 * all other packages. A file that the store does not hold, or cannot lend (another disk), stays a copy.
 * @param folder the packages
 * @param store pnpm's: a file lies under the SHA-512 of its contents, as read in pnpm 12's `v11/files`
 */
export function shareFiles(folder: string, store: string): void {
  const files = join(store, 'v11', 'files');
  for (const { path, stats } of below(folder)) {
    const { mode, nlink } = stats;
    if (!stats.isFile() || nlink > 1) continue;
    const hash = createHash('sha512').update(readFileSync(path)).digest('hex');
    const stored = join(files, hash.slice(0, 2), `${hash.slice(2)}${mode & 0o111 ? '-exec' : ''}`);
    try {
      linkSync(stored, `${path}.shared`);
    } catch (error) {
      if (['ENOENT', 'EXDEV', 'EPERM', 'EMLINK'].includes(errnoOf(error) ?? '')) continue;
      throw error;
    }
    renameSync(`${path}.shared`, path);
  }
}
