/** The standing checks, in the order in which they are shown. */
export const checkIds = [
  'reply-arrives',
  'session-continues',
  'others-unharmed',
  'no-ghost-run',
  'refresh-discipline',
  'bounded-attempts',
  'gateway-alive',
  'no-secret-shown',
] as const;

export type CheckId = (typeof checkIds)[number];
