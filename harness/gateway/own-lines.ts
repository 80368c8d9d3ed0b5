import { z } from 'zod';
import { parseJson } from '#harness/openclaw/log-lines.ts';
import type { Recorder } from '#harness/timeline/timeline.ts';

const line = z.union([
  z.object({ migrated: z.literal(true) }),
  z.object({ troubled: z.string().max(300) }),
  z.object({ destination: z.string().max(300), via: z.string().max(20) }),
]);

/**
 * Reads a line that our own code writes in the gateway's place (`inside/`): a refused destination, a connection that a fault
 * befell, the end of the migration. What cannot be read is passed over.
 * @param troubled called with the host of each connection that the closed network did not let through on purpose
 */
export const ownLines =
  (record: Recorder, troubled: (host: string) => void) =>
  (text: string): void => {
    const said = line.safeParse(parseJson(text)).data;
    if (!said) return;
    if ('migrated' in said) record({ kind: 'gateway.migrated' });
    else if ('troubled' in said) troubled(said.troubled);
    else record({ kind: 'egress.refused', ...said });
  };
