import { disturbancesOf, isWithin } from '../disturbances.ts';
import type { Doubt } from './doubt.ts';

const OUTSIDE = new Set(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP']);

/** A signal comes from outside: an operator, or a system without memory for others than the gateway. */
export const killedFromOutside: Doubt = {
  id: 'killed-from-outside',
  outcome: 'inconclusive',
  raise({ evidence: { all, events } }) {
    const stopping = events.find(({ kind }) => kind === 'gateway.stopping')?.seq ?? Infinity;
    const disturbed = disturbancesOf(events);
    const exit = all('gateway.exit').find(
      ({ seq, at, signal, outOfMemory }) =>
        seq < stopping && signal && OUTSIDE.has(signal) && !outOfMemory && !isWithin(disturbed, at),
    );
    return exit && `somebody else ended the gateway (${exit.signal})`;
  },
};
