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
const NS_PER_MS = 1_000_000;

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

interface ThreadTimes {
  /** Milliseconds on a core. */
  ran: number;
  /** Milliseconds in which it could have run, and no core was free for it. */
  waited: number;
}

/** Node's own helpers (V8's compilers and collectors): nobody waits for them for long. */
const HELPERS = /^(V8Worker|DelayedTask|SignalInspector)/;

/** By thread, since it began; empty where the system does not tell: not Linux, or a process that we may not see. */
export function threadTimes(pids: readonly number[]): Map<string, ThreadTimes> {
  const threads = pids.flatMap((pid) => listing(`/proc/${pid}/task`).map((id) => `/proc/${pid}/task/${id}`));
  return new Map(
    threads.flatMap((thread) => {
      const [ran, waited] = textOf(`${thread}/schedstat`).split(' ', 2).map(Number);
      if (!ran || waited === undefined || HELPERS.test(textOf(`${thread}/comm`))) return [];
      return [[thread, { ran: ran / NS_PER_MS, waited: waited / NS_PER_MS }]];
    }),
  );
}

export function killQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Already gone, which is what was wanted.
  }
}

const allPids = (): number[] =>
  listing('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

const environmentOf = (pid: number): string[] => textOf(`/proc/${pid}/environ`).split('\0');

/** Empty where there is no such folder, or a process is gone. */
function listing(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
