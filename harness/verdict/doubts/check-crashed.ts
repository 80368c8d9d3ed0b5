import type { Doubt } from './doubt.ts';

export const checkCrashed: Doubt = {
  id: 'check-crashed',
  title: 'a check failed',
  outcome: 'inconclusive',
  raise: ({ results }) => results.find(({ crash }) => crash)?.crash,
};
