import type { Doubt } from './doubt.ts';

/** A scenario whose regression nobody could have seen proves nothing, whatever else was found. */
export const regressionUnseen: Doubt = {
  id: 'regression-unseen',
  outcome: 'inconclusive',
  raise: ({ scenario: { regression = [] }, results }) =>
    results.find(({ id, blind }) => blind && regression.some(({ check }) => check === id))?.blind,
};

export const anotherFailure: Doubt = {
  id: 'another-failure',
  outcome: 'inconclusive',
  raise({ findings }) {
    const first = findings.find(({ late }) => !late);
    return first && `not this regression, but something else is wrong: ${first.sentence}`;
  },
};

export const checkBlind: Doubt = {
  id: 'check-blind',
  outcome: 'inconclusive',
  raise: ({ results }) => results.find(({ blind }) => blind)?.blind,
};
