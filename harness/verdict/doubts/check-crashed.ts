import type { Doubt } from './doubt.ts';

export const checkCrashed: Doubt = {
  id: 'check-crashed',
  outcome: 'inconclusive',
  raise: ({ results }) => results.find(({ crash }) => crash)?.crash,
};
