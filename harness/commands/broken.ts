import { counted } from '#harness/base/plain.ts';
import type { Cell } from '#harness/matrix/result.ts';
import type { Library } from '#harness/scenario/library.ts';
import type { Status } from '#harness/terminal/status.ts';

type Broken = Library['broken'];

/** Says which scenario files cannot be used, and why. */
export function sayBroken(status: Status, broken: Broken): void {
  for (const { error } of broken) status.say(error.message);
}

/** Says it once more at the end, where people look; standard output stays free for what machines read. */
export function sayNotPlayed(broken: Broken): void {
  if (broken.length === 0) return;
  const names = broken.map(({ name }) => name).join(', ');
  console.error(`Not played, because ${counted(broken.length, 'scenario file')} cannot be used: ${names}`);
}

/** The runs of a matrix that say nothing of their gateway, a line a scenario and reason. Pure. */
export function spoiltRuns(cells: readonly Cell[]): string[] {
  const spoilt = cells.filter(({ blame = 'gateway' }) => blame !== 'gateway');
  const byReason = Map.groupBy(spoilt, ({ scenario, reason }) => `${scenario} (${reason})`);
  return [...byReason].map(
    ([what, list]) =>
      `Spoilt by its scenario or the harness: ${what} on ${list.map(({ version }) => version).join(', ')}`,
  );
}

/** What they add to a command's exit code. */
export const asResults = (broken: Broken) =>
  broken.map(({ error }) => ({ outcome: 'untestable', error }) as const);
