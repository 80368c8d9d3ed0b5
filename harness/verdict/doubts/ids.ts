/** What outweighs also a finding that is the scenario's regression, in order. */
export const strongDoubtIds = [
  'killed-from-outside',
  'machine-busy',
  'control-fails',
  'no-websocket',
  'page-away',
  'harness-stalled',
  'check-crashed',
  'no-message',
  'turn-open',
  'step-not-reached',
  'fault-not-delivered',
  'upgrade-unproven',
  'migration-unproven',
  'regression-unseen',
] as const;

/** What keeps a run from being clean where the regression was not found, in order. */
export const weakDoubtIds = ['another-failure', 'only-slow', 'check-blind'] as const;

export const doubtIds = [...strongDoubtIds, ...weakDoubtIds] as const;

export type DoubtId = (typeof doubtIds)[number];
