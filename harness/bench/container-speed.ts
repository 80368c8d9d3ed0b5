import type { Gateway, Runtime } from '#harness/gateway/gateway.ts';
import { run } from '#harness/run/run.ts';
import { parseScenario } from '#harness/scenario/scenario.ts';
import { median } from './mock-speed.ts';

const ROUNDS = 4;
const scenario = parseScenario('bench/start', {
  title: 'Starts and says nothing',
  script: async () => undefined,
});

/** The two forms of one version taking turns: from the order to start to `hello-ok`, in milliseconds. */
export async function measureContainer(
  asProcess: Gateway,
  inContainer: Gateway,
  runs: string,
): Promise<{ ratio: number; times: { [runtime in Runtime]: number[] } }> {
  const times: { [runtime in Runtime]: number[] } = { process: [], container: [] };
  const { signal } = new AbortController();
  for (let round = 0; round <= ROUNDS; round++) {
    for (const gateway of [asProcess, inContainer]) {
      const { timing, verdict } = await run(scenario, gateway, { runs, seed: 'bench', signal });
      if (timing.bootMs === undefined) throw new Error(verdict);
      // The first round fills the compile caches.
      if (round > 0) times[gateway.build.runtime].push(Math.round(timing.bootMs));
    }
  }
  return { ratio: median(times.container) / median(times.process), times };
}
