import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { HarnessError, messageOf } from '#harness/base/error.ts';
import { isAlive, killQuietly, processesOf, startTimeOf } from '#harness/base/processes.ts';

/** Who a run's folder belongs to. */
const owner = z.object({ pid: z.int().positive(), startTime: z.string().optional() });
const OWNER = 'owner.json';

/** The folder of one run, gone with it unless it is kept. */
export interface RunFolder extends Disposable {
  readonly path: string;
  /** Leaves the folder where it is. */
  keep(): void;
}

/** @param runs folder that holds the folders of all runs */
export function makeRunFolder(runs: string, runId: string): RunFolder {
  const path = join(runs, runId);
  makeFolder(path);
  const startTime = startTimeOf(process.pid);
  writeFileSync(join(path, OWNER), JSON.stringify({ pid: process.pid, ...(startTime && { startTime }) }));
  let kept = false;
  return {
    path,
    keep() {
      kept = true;
    },
    [Symbol.dispose]() {
      // As long as it has an owner, what is left of it after a kill is cleared.
      rmSync(kept ? join(path, OWNER) : path, REMOVE);
    },
  };
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new HarnessError(
      'STORE_UNUSABLE',
      `The folder for the files of running gateways cannot be made: ${messageOf(error)}`,
      'Set OPENCLAW_REPRO_STORE to a folder that can be written.',
      { cause: error },
    );
  }
}

/** A dying gateway may still write while its folder goes. */
const REMOVE = { recursive: true, force: true, maxRetries: 5, retryDelay: 100 } as const;

/**
 * Ends what harnesses that were killed have left: processes that carry a run's mark, and its folder.
 * Touches nothing whose harness lives, and no folder that a run kept on purpose.
 * @returns the runs that were cleared
 */
export function clearLeftovers(runs: string): string[] {
  const dead = namesIn(runs).filter((runId) => ownerLives(join(runs, runId)) === false);
  for (const runId of dead) {
    for (const pid of processesOf(runId)) killQuietly(pid, 'SIGKILL');
    rmSync(join(runs, runId), REMOVE);
  }
  return dead;
}

/** The runs whose harness lives. */
export const liveRuns = (runs: string): string[] =>
  namesIn(runs).filter((runId) => ownerLives(join(runs, runId)) === true);

/** `undefined` for a folder that was kept. */
function ownerLives(path: string): boolean | undefined {
  try {
    const { pid, startTime } = owner.parse(JSON.parse(readFileSync(join(path, OWNER), 'utf8')));
    return isAlive(pid, startTime);
  } catch {
    return undefined;
  }
}

/** What lies in a folder; nothing where there is none. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
