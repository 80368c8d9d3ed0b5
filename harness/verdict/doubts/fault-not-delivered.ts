import type { Behaviour } from '#mocks/behaviour.ts';
import { partsOf } from '#mocks/faults/fault.ts';
import type { Doubt } from './doubt.ts';

/** One fault of a provider's list is enough: how often a gateway asks is its own matter. */
export const faultNotDelivered: Doubt = {
  id: 'fault-not-delivered',
  outcome: 'inconclusive',
  raise({ scenario: { providers }, evidence }) {
    const delivered = new Set(evidence.all('provider.fault').map(({ fault }) => fault));
    const silent = faultNames(providers).find((names) => !names.some((name) => delivered.has(name)));
    return silent && `the fault ${silent[0]} was never delivered`;
  },
};

/** By target, the names under which its faults are delivered. */
function faultNames(behaviour: Behaviour): string[][] {
  return Object.values(behaviour)
    .map((faults = []) => faults.filter(({ mayBeMissed }) => !mayBeMissed))
    .map((faults) => faults.flatMap(partsOf))
    .filter((names) => names.length > 0);
}
