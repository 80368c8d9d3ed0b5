import { isControl } from '../rules.ts';
import type { Doubt } from './doubt.ts';

/** A control accuses nobody: where it fails, something is wrong with the set-up on this version. */
export const controlFails: Doubt = {
  id: 'control-fails',
  outcome: 'untestable',
  raise({ scenario, evidence, findings }) {
    if (!isControl(scenario.name)) return undefined;
    if (!evidence.all('provider.request').some(({ purpose }) => purpose === 'turn'))
      return 'the control fails: no message reached a provider';
    // Slow, but it works.
    const first = findings.find(({ late }) => !late);
    return first && `the control fails, so other results on this version prove nothing: ${first.sentence}`;
  },
};
