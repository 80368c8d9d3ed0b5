/** The checks that judge every run, in the order in which they are shown. */
export const standingIds = [
  'reply-arrives',
  'session-continues',
  'others-unharmed',
  'no-ghost-run',
  'refresh-discipline',
  'bounded-attempts',
  'gateway-alive',
  'no-secret-shown',
] as const;

/** All of them; those after the first eight judge a run only where its scenario asks for them. */
export const checkIds = [
  ...standingIds,
  'fallback-order',
  'error-is-useful',
  'history-is-true',
  'tokens-stored',
  'first-word-in-time',
] as const;

export type CheckId = (typeof checkIds)[number];
