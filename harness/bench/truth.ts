import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { Batch } from '#harness/batch/batch.ts';
import { withControls } from '#harness/batch/controls.ts';
import { usualJobs } from '#harness/batch/starts.ts';
import { PreparedStates } from '#harness/gateway/prepared/prepared-states.ts';
import { resolveGateway } from '#harness/gateway/resolve.ts';
import type { RunRecord } from '#harness/record/record.ts';
import { loadLibrary, select } from '#harness/scenario/library.ts';
import { clearLeftovers } from '#harness/store/run-folder.ts';
import { VersionStore } from '#harness/store/version-store.ts';
import { onInterrupt } from '#harness/terminal/interrupt.ts';

/** On 2026.4.14 the first six reproduce, and the others are clean. */
const SCENARIOS = [
  'stream/terminated-mid-reply',
  'timeout/xai-never-answers',
  'oauth/dead-refresh-token-alone',
  'oauth/refresh-never-answers',
  'stream/response-failed',
  'fallback/the-thread',
  'active-memory/silent-recall',
  'oauth/refresh-429',
  'session/abort-during-silence',
  'timeout/slow-drip',
  'stream/sliced',
  'oauth/rotate-then-restart',
];

/**
 * Plays scenarios at rest and beside busy loops, and prints what came of each. An outcome that flips between clean and
 * reproduced is a fault of ours.
 * @param loops busy loops a core, one round for each
 * @returns 1 where one flipped
 */
export async function printTruth(
  versions: readonly string[],
  loops: readonly number[],
  scenarios: readonly string[] = SCENARIOS,
): Promise<number> {
  const library = await loadLibrary();
  const chosen = select(library, scenarios);
  const store = new VersionStore();
  clearLeftovers(store.runs);
  using interrupt = onInterrupt(() =>
    console.error('Stopping the gateways. Press Ctrl-C again to quit now.'),
  );
  const { signal } = interrupt;
  let flips = 0;
  for (const version of versions.length > 0 ? versions : ['2026.4.14', '2026.9.6']) {
    const gateway = await resolveGateway(version, { store, progress: console.error, signal });
    const seen = new Map<number, RunRecord[]>();
    for (const load of [0, ...loops]) {
      using _loops = busyLoops(load * availableParallelism());
      const batch = new Batch({
        jobs: usualJobs,
        signal,
        play: { runs: store.runs, states: new PreparedStates(store.states) },
        onBusy: ({ scenario, verdict }) => console.error(`${scenario.name}: ${verdict}`),
      });
      const cells = withControls(chosen, library).map((scenario) => ({ scenario, gateway }));
      const onRecord = ({ scenario, verdict }: RunRecord) =>
        console.error(`${load} a core  ${scenario.name}  ${verdict}`);
      seen.set(load, await batch.all(cells, { onRecord }));
    }
    flips += print(version, seen);
  }
  return flips > 0 ? 1 : 0;
}

function print(version: string, seen: ReadonlyMap<number, readonly RunRecord[]>): number {
  const [rest = [], ...busy] = seen.values();
  console.log(
    `\n${version.padEnd(40)} ${[...seen.keys()].map((load) => `${load} a core`.padEnd(16)).join('')}`,
  );
  let flips = 0;
  let kept = 0;
  for (const { scenario, outcome } of rest) {
    const others = busy.map((records) => records.find((one) => one.scenario.name === scenario.name));
    const says = others.map((record) => record?.doubt ?? record?.outcome ?? 'not played');
    flips += others.filter((record) => isFlip(outcome, record?.outcome)).length;
    if (says.at(-1) === outcome) kept++;
    console.log(`${scenario.name.padEnd(40)} ${[outcome, ...says].map((one) => one.padEnd(16)).join('')}`);
  }
  console.log(
    `${kept} of ${rest.length} keep their outcome at ${[...seen.keys()].at(-1)} loops a core; ${flips} flips.`,
  );
  return flips;
}

const isFlip = (one: string, other: string | undefined): boolean =>
  one !== other && [one, other].every((outcome) => outcome === 'clean' || outcome === 'reproduced');

function busyLoops(count: number): Disposable {
  const loops = Array.from({ length: count }, () =>
    // It ends with us, also where we are killed.
    spawn(
      process.execPath,
      [
        '-e',
        'process.stdin.on("end", () => process.exit()).resume(); const spin = () => { for (const until = Date.now() + 200; Date.now() < until; ); setImmediate(spin); }; spin();',
      ],
      {
        stdio: ['pipe', 'ignore', 'ignore'],
      },
    ),
  );
  return {
    [Symbol.dispose]() {
      for (const loop of loops) loop.kill('SIGKILL');
    },
  };
}
