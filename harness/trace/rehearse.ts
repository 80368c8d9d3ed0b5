import type { Page, Script } from '#harness/scenario/script.ts';
import { type Trace, type TraceLine, watched } from './trace.ts';

/** More steps than any script takes; one that waits for something to happen would never end. */
const MOST = 1_000;

/**
 * What a script does when every step is answered at once and nothing comes of it: no gateway is started.
 * @throws RangeError for a script that goes on until something happens; and what the script itself throws
 */
export async function rehearse(script: Script): Promise<Trace> {
  const moments: TraceLine[] = [];
  await watched(script, moments)(stage(() => moments.length) as Page);
  return moments;
}

/** Answers to every name: those of parts and of what is made at once are given, all others are steps. */
function stage(count: () => number): object {
  const thing = (): object =>
    new Proxy({ step: () => undefined } as { [name: string]: unknown }, {
      get(_target, name) {
        if (typeof name === 'symbol' || name === 'then') return undefined;
        if (name === 'gateway') return thing();
        if (name === 'session') return thing;
        return async () => {
          if (count() > 2 * MOST) throw new RangeError(`the script takes more than ${MOST} steps`);
          return name === 'openTab' ? thing() : {};
        };
      },
    });
  return thing();
}
