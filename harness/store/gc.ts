import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { HarnessError } from '#harness/base/error.ts';
import { counted } from '#harness/base/plain.ts';
import { liveRuns, namesIn } from '#harness/store/run-folder.ts';
import { isVersion } from '#harness/versions/version.ts';
import { SharedUsage } from './disk.ts';
import { pnpm } from './pnpm.ts';
import { SEAL } from './seal.ts';
import type { Progress, VersionStore } from './version-store.ts';

export interface Collected {
  /** The versions that went, least recently used first. */
  removed: string[];
  /** Bytes before and after. */
  before: number;
  after: number;
}

/**
 * Removes the versions that were least recently used, until the others take no more than `keep` bytes together.
 * @throws HarnessError `STORE_BUSY` while gateways run from the store
 */
export async function collectGarbage(
  store: VersionStore,
  keep: number,
  progress: Progress,
): Promise<Collected> {
  const running = liveRuns(store.runs);
  if (running.length > 0) {
    throw new HarnessError(
      'STORE_BUSY',
      `${counted(running.length, 'gateway')} of this store ${running.length === 1 ? 'is' : 'are'} running.`,
      'Try again when the runs have ended.',
    );
  }
  const versions = byLastUse(join(store.folder, 'versions'));
  const usage = new SharedUsage();
  for (const [index, version] of versions.entries()) {
    progress(`measuring ${version} (${index + 1} of ${versions.length})`);
    for (const folder of foldersOf(store, version)) usage.add(folder);
    // So that the progress shows: the walk itself never waits.
    await new Promise(setImmediate);
  }
  const before = usage.bytes;
  const removed: string[] = [];
  for (const version of versions) {
    if (usage.bytes <= keep) break;
    progress(`removing ${version}`);
    for (const folder of foldersOf(store, version)) {
      usage.remove(folder);
      rmSync(folder, { recursive: true, force: true });
    }
    removed.push(version);
    await new Promise(setImmediate);
  }
  progress('removing what no version uses any more');
  await pnpm(['store', 'prune', '--store-dir', join(store.folder, 'pnpm')], { cwd: store.folder });
  return { removed, before, after: usage.bytes };
}

/** All that belongs to a version; its package first, so that what was begun is seen as missing. */
const foldersOf = ({ folder }: VersionStore, version: string): string[] => [
  join(folder, 'versions', version),
  join(folder, 'states', version),
  join(folder, 'compile-cache', version),
  join(folder, 'compile-cache', 'containers', version),
];

/** Opening a version touches its seal. */
function byLastUse(folder: string): string[] {
  const used = (version: string) =>
    statSync(join(folder, version, SEAL), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return namesIn(folder)
    .filter(isVersion)
    .map((version) => ({ version, at: used(version) }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ version }) => version);
}
