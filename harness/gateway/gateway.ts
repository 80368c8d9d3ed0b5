import type { Record } from '#harness/timeline/timeline.ts';

/** A published OpenClaw version, ready to be started. A process and a container are two implementations. */
export interface Gateway {
  readonly version: string;
  /** What stands in the record about the package. */
  readonly build: Build;
  /**
   * Starts the gateway; it may need a while yet until it answers.
   * @throws HarnessError where it cannot be started.
   */
  start(options: StartOptions): Promise<RunningGateway>;
}

interface Build {
  /** The package's integrity as the registry names it. */
  integrity: string;
  /** The commit in the package's `build-info.json`, from 2026.4.11 on. */
  commit?: string;
  /** The Node that runs it. */
  node: string;
}

export interface StartOptions {
  /** Folder for the gateway's HOME and temporary files; empty, and its own. */
  folder: string;
  /** Marks every process of this run in its environment. */
  runId: string;
  /** Makes the files of HOME, by path; called with the port and the folder that the gateway will see. */
  files(place: { port: number; home: string }): { [path: string]: string };
  mocks: { port: number; ca: string; hosts: readonly string[] };
  token: string;
  record: Record;
}

export interface RunningGateway extends AsyncDisposable {
  /** Where the web chat connects: `ws://127.0.0.1:<port>/`. */
  readonly url: string;
  /** Aborted as soon as the gateway's process has ended, whoever ended it. */
  readonly exited: AbortSignal;
  /** The last lines of its log. */
  logTail(): readonly string[];
  /** Ends it and everything that it started; a second call gives the same answer. */
  stop(): Promise<StoppedGateway>;
}

export interface StoppedGateway {
  /** CPU time of all its processes in milliseconds, where the system tells. */
  cpuMs?: number;
}
