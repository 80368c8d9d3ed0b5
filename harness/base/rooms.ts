/**
 * The rooms of this project in the order in which they may know of each other: each imports only from itself and from
 * those above it. `decides`: what lies there can change what a run comes to, so that a result is kept only for as long as
 * it stays as it is.
 */
export const rooms = [
  {
    folder: 'harness/base',
    holds: 'errors, plain text, JSON, journals, processes; nothing of OpenClaw',
    decides: true,
  },
  { folder: 'harness/versions', holds: 'what a version and a range mean', decides: true },
  { folder: 'harness/timeline', holds: 'what can happen, as data', decides: true },
  { folder: 'mocks', holds: 'who is imitated, and what goes wrong', decides: true },
  {
    folder: 'harness/openclaw',
    holds: 'what we know of OpenClaw’s files, configuration and eras',
    decides: true,
  },
  { folder: 'harness/page', holds: 'the web chat as a user has it', decides: true },
  { folder: 'harness/store', holds: 'versions on disk', decides: false },
  {
    folder: 'harness/verdict',
    holds: 'a timeline in, a verdict out: turns, checks, the outcome',
    decides: true,
  },
  {
    folder: 'harness/gateway',
    holds: 'runs OpenClaw: as a process, in a container; what runs inside it',
    decides: true,
  },
  { folder: 'harness/scenario', holds: 'what authors write, loaded and checked', decides: true },
  { folder: 'harness/record', holds: 'one run as a document', decides: true },
  { folder: 'harness/run', holds: 'one scenario, once', decides: true },
  { folder: 'harness/batch', holds: 'many runs on one machine: lanes, cache, controls', decides: false },
  { folder: 'harness/trace', holds: 'a scenario’s script as data', decides: false },
  { folder: 'harness/explain', holds: 'a scenario in words', decides: false },
  { folder: 'harness/terminal', holds: 'the door to a person’s terminal', decides: false },
  { folder: 'harness/bisect', holds: 'which version brought it, or took it away', decides: false },
  { folder: 'harness/shrink', holds: 'the least of a scenario that still reproduces', decides: false },
  { folder: 'harness/matrix', holds: 'scenarios times versions', decides: false },
  { folder: 'reports', holds: 'what is shown of records', decides: false },
  { folder: 'harness/github', holds: 'the door to GitHub', decides: false },
  { folder: 'harness/action', holds: 'the GitHub action', decides: false },
  { folder: 'harness/commands', holds: 'the command line; nothing but wiring', decides: false },
  { folder: 'harness/mutants', holds: 'defects in a copy of a package, and who finds them', decides: false },
  { folder: 'harness/bench', holds: 'what it costs', decides: false },
] as const;

/** Rooms with a rule of their own. */
export const doors = {
  /** Scenario files know these and no other module of ours. */
  scenarios: ['#scenario', '#faults'],
  /** Modules that run in the gateway know each other and no other. */
  inside: 'harness/gateway/inside',
} as const;

/** The room that a file lies in, by its path from the project's root; `undefined` at the root and among scenarios. */
export const roomOf = (path: string): string | undefined =>
  rooms.map(({ folder }) => folder).findLast((folder) => path.startsWith(`${folder}/`));
