import { readdirSync, readFileSync } from 'node:fs';

/** The variable by which the processes of a run are known; children inherit it. */
export const RUN_MARK = 'OPENCLAW_REPRO_RUN';

interface Stat {
  group: number;
  /** In clock ticks since boot: with the pid it names a process for good. */
  startTime: string;
  cpuTicks: number;
}

/** Clock ticks of Linux are 100 a second on every platform that Node runs on. */
const MS_PER_TICK = 10;

function statOf(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses and may hold anything.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index]), 0);
    if (fields[0] === 'Z') return undefined;
    return { group: Number(fields[2]), startTime: fields[19] ?? '', cpuTicks: ticks };
  } catch {
    return undefined;
  }
}

/** A name for a process that no later one with the same pid has; `undefined` when it is gone (or not on Linux). */
export const startTimeOf = (pid: number): string | undefined => statOf(pid)?.startTime;

/** True while the process lives; by pid alone where there is no /proc. */
export function isAlive(pid: number, startTime?: string): boolean {
  if (startTime !== undefined) return startTimeOf(pid) === startTime;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** All living processes that carry the mark of one run. */
export function processesOf(runId: string): number[] {
  return allPids().filter(
    (pid) => environmentOf(pid).includes(`${RUN_MARK}=${runId}`) && statOf(pid) !== undefined,
  );
}

/** CPU time of a process group in milliseconds. */
export function groupCpuMs(group: number): number | undefined {
  const stats = allPids().flatMap((pid) => statOf(pid) ?? []);
  const members = stats.filter((stat) => stat.group === group);
  return members.length === 0
    ? undefined
    : members.reduce((sum, { cpuTicks }) => sum + cpuTicks, 0) * MS_PER_TICK;
}

export function killQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Already gone, which is what was wanted.
  }
}

function allPids(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
