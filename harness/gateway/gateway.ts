import type { Recorder } from '#harness/timeline/timeline.ts';
import type { Trouble } from '#mocks/faults/host.ts';

export const runtimes = ['process', 'container'] as const;
export type Runtime = (typeof runtimes)[number];

/** A published OpenClaw version, ready to be started. A process and a container are two implementations. */
export interface Gateway {
  readonly version: string;
  /** What stands in the record about it. */
  readonly build: Build;
  /** It can be held to less memory than the machine has: only a container can. */
  readonly limitsMemory?: true;
  /**
   * Starts the gateway; it may need a while yet until it answers.
   * @throws HarnessError where it cannot be started.
   */
  start(options: StartOptions): Promise<RunningGateway>;
}

export interface Build {
  runtime: Runtime;
  /** The package's integrity as the registry names it; an image that brings its own package has none. */
  integrity?: string;
  /** The image that a container is made from: its name, and the id of what the name meant. */
  image?: string;
  /** The commit in the package's `build-info.json`, from 2026.4.11 on. */
  commit?: string;
  /** The Node that runs it. */
  node: string;
}

/** What the files of HOME name, as the gateway will see it. */
export interface FilesPlace {
  port: number;
  home: string;
  /** Folder whose log files are read. */
  logs: string;
}

export interface StartOptions {
  /** Folder for the gateway's HOME and temporary files; its own. After `stop` they lie there, wherever it ran. */
  folder: string;
  /** Marks every process and container of this run. */
  runId: string;
  /**
   * Makes the files of HOME, by path; one that ends in `/` is an empty folder. Without it the HOME that another version
   * left in `folder` is taken over.
   */
  files?(place: FilesPlace): { [path: string]: string | Buffer };
  /** Where it listens; in a container that is always the same. @default a port that is free */
  port?: number;
  mocks: {
    port: number;
    ca: string;
    hosts: readonly string[];
    /** What befalls connections to a host on the way to the mocks, once the gateway is prepared. */
    troubles: { [host: string]: Trouble };
    /** Called when it has. */
    troubled: (host: string) => void;
  };
  token: string;
  /**
   * The version's own commands that bring the files of HOME into its store, and are run before its first start. One that
   * fails ends it, but for `doctor`, which ends with a failure where it has found something.
   */
  migration: readonly (readonly string[])[];
  /** Leaves a copy of what they made of HOME in `folder`, where it lies after `stop`. @default false */
  copyMigrated?: boolean;
  /** Where its clock is put forward: a file below HOME. Without it, it has the machine's clock. */
  clock?: string;
  /**
   * Leaves away what the harness puts around it, the closed network too: whoever asks for this must have closed the network
   * in another way, as `npm run bench -- start` does. `stock` leaves away the settings too that trim its noise.
   */
  bare?: 'no-preload' | 'stock';
  /** How much memory it may use, in MiB; only where it `limitsMemory`. */
  memoryMb?: number;
  record: Recorder;
}

/** What a script can do to a running gateway; each stands in the timeline. */
export interface Disturbances {
  /** Stops every process of it in its tracks. */
  pause(): Promise<void>;
  unpause(): Promise<void>;
  /** SIGKILL, as a system out of memory would. */
  kill(): Promise<void>;
  /** Ends it in good order where it still runs, and starts it again with the state that it left. */
  restart(): Promise<void>;
}

export interface Network {
  /** No end, no reset, silence. */
  cut(): Promise<void>;
  /** What was held back passes. */
  restore(): Promise<void>;
}

/** What whoever sits at the gateway's machine can reach while it runs. */
export interface Hands {
  /**
   * Replaces a file in one step, as an editor does.
   * @param path below HOME
   * @param edit makes the new text; called with the present one, `undefined` where there is no file
   */
  editFile(path: string, edit: (text: string | undefined) => string): Promise<void>;
  /** Runs the version's own command line on the same state, in the same closed network, to its end. */
  runCli(args: readonly string[], options?: CliOptions): Promise<CliRun>;
}

export interface CliOptions {
  /** At a terminal, where whatever it asks is answered as it proposes. @default false */
  terminal?: boolean;
}

export interface CliRun {
  /** `null` where it was ended: it may take two minutes. */
  code: number | null;
  /** What it wrote, in order; it tells nothing of the machine that the harness runs on. */
  output: string;
}

/** How long a command may take: `doctor` without a registry takes 100 s. */
export const CLI_TIMEOUT = 120_000;
/** Characters of a command's output that are kept, its end. */
export const MOST_OUTPUT = 64_000;

export interface RunningGateway extends Disturbances, Hands, AsyncDisposable {
  /** Where the web chat connects: `ws://127.0.0.1:<port>/`. The same after a restart. */
  readonly url: string;
  /** Aborted as soon as the gateway has ended, whoever ended it; another one after a restart. */
  readonly exited: AbortSignal;
  /** Its way to the providers, where that can be cut: only a container has such a way. */
  readonly network?: Network | undefined;
  /** The last lines of its log. */
  logTail(): readonly string[];
  /**
   * Ends it and everything that it started; a second call gives the same answer. That it is meant is written down by
   * whoever asks for it.
   */
  stop(): Promise<StoppedGateway>;
}

export interface StoppedGateway {
  /** CPU time of all its processes in milliseconds, where the system tells. */
  cpuMs?: number;
}
