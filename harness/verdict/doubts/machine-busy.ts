import type { TimelineEvent } from '#harness/timeline/events.ts';
import { seconds } from '../checks/check.ts';
import type { CheckId } from '../checks/ids.ts';
import { isControl } from '../rules.ts';
import { HARD_CAP, waitedMs } from '../served.ts';
import type { Doubt } from './doubt.ts';
import { sightOf } from './sight.ts';

/** A gateway that waited for so much of a time, and for so long, may have done what it would not do elsewhere. */
const SHARE = 0.4;
const LONG = 10_000;

/** What is wrong at any speed: no clock decides it. */
const TIMELESS = new Set<CheckId>([
  'no-secret-shown',
  'refresh-discipline',
  'tokens-stored',
  'history-is-true',
  'error-is-useful',
]);

/** A machine that is busy with other work is never the gateway's fault. */
export const machineBusy: Doubt = {
  id: 'machine-busy',
  outcome: 'inconclusive',
  raise({ scenario, evidence, findings, decisive }) {
    const finding = decisive ?? (isControl(scenario.name) ? findings[0] : undefined);
    if (!finding || TIMELESS.has(finding.check)) return undefined;
    const { turn, until, meanwhile } = sightOf(finding, evidence);
    // The gateway itself had called the run ended, answered what it was asked, and said nothing more.
    if (turn?.givenUp?.because === 'quiet' && !turn.end) return undefined;
    const seen = evidence.events.filter((event) => meanwhile(event));
    const from = turn?.marks.sent.at ?? 0;
    const to = evidence.events[until]?.at ?? seen.at(-1)?.at ?? from;
    const waited = waitedMs(evidence.events, from, to);
    const capped = turn?.givenUp?.because === 'budget' && to - from > HARD_CAP * evidence.budgets.turnMs;
    return capped || isLong(waited, to - from) ? busy(waited, to - from) : undefined;
  },
};

const isLong = (waited: number, over: number): boolean => waited >= LONG && waited >= SHARE * over;

const busy = (waited: number, over: number): string =>
  `this machine was too busy: the gateway waited for a core ${Math.round((100 * waited) / Math.max(1, over))} % of ` +
  `${seconds(over)}; run with --jobs 1, or close other programs`;

/** Why a gateway that did not answer in time is not blamed for it, if so. */
export function busyUntil(events: readonly TimelineEvent[], at: number): string | undefined {
  const waited = waitedMs(events, 0, at);
  return isLong(waited, at) ? busy(waited, at) : undefined;
}
