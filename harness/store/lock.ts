import { setTimeout as sleep } from 'node:timers/promises';
import lockfile from 'proper-lockfile';
import { errnoOf } from '#harness/base/error.ts';

/** Waits until nobody else is at work on a path. @returns lets the next one */
export async function lockOf(
  path: string,
  progress: (text: string) => void,
  signal?: AbortSignal,
): Promise<() => Promise<void>> {
  for (;;) {
    signal?.throwIfAborted();
    try {
      return await lockfile.lock(path, { realpath: false, stale: 15_000, update: 3_000 });
    } catch (error) {
      if (errnoOf(error) !== 'ELOCKED') throw error;
      progress('waiting for another process that installs the same version');
      await sleep(500);
    }
  }
}
