import { seconds } from '../checks/check.ts';
import type { Doubt } from './doubt.ts';
import { sightOf } from './sight.ts';

export const harnessStalled: Doubt = {
  id: 'harness-stalled',
  outcome: 'inconclusive',
  raise({ decisive, evidence }) {
    if (!decisive) return undefined;
    const stalled = evidence.all('harness.stalled').find(sightOf(decisive, evidence).meanwhile);
    return (
      stalled &&
      `the harness itself stood still for ${seconds(stalled.forMs)}, so this proves little: ${decisive.sentence}`
    );
  },
};
