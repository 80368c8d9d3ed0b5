import { HarnessError } from '#harness/base/error.ts';

/**
 * What only one runtime can do was asked of another one.
 * @param what `a network that can be cut`
 */
export const needsContainer = (what: string): HarnessError =>
  new HarnessError(
    'NEEDS_CONTAINER',
    `Only a container gives a gateway ${what}; this one runs as a process.`,
    'Run it with --runtime container.',
  );
