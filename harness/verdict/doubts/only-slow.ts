import { isControl } from '../rules.ts';
import type { Doubt } from './doubt.ts';

/** A message that is answered in the end hangs nowhere, however long it took. */
export const onlySlow: Doubt = {
  id: 'only-slow',
  outcome: 'inconclusive',
  raise: ({ scenario, findings: [first] }) =>
    first?.late && !isControl(scenario.name) ? `slow, but no hang: ${first.sentence}` : undefined,
};
