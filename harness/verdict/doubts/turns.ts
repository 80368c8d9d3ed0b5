import { nameOf } from '../checks/check.ts';
import type { Doubt } from './doubt.ts';

export const noMessage: Doubt = {
  id: 'no-message',
  outcome: 'inconclusive',
  raise: ({ evidence: { turns } }) => (turns.length === 0 ? 'no message was sent' : undefined),
};

export const turnOpen: Doubt = {
  id: 'turn-open',
  outcome: 'inconclusive',
  raise({ evidence: { turns } }) {
    const open = turns.find(({ end, givenUp }) => !end && !givenUp);
    return open && `${nameOf(open)} was still open when the run ended`;
  },
};

export const stepNotReached: Doubt = {
  id: 'step-not-reached',
  outcome: 'inconclusive',
  raise({ evidence: { turns } }) {
    const early = turns.find(({ until, marks }) => until && !marks[until]);
    return early && `${nameOf(early)} never came to "${early.until}", for which the script waited`;
  },
};
