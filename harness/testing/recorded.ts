import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { timelineEvent } from '#harness/timeline/events.ts';

/**
 * The timeline of a real run, cut down to what the checks read: `recorded/<scenario>-<version>.json`. Where a run is
 * older than the event's field `candidate`, that was filled in.
 */
export const recorded = (name: string) =>
  z
    .array(timelineEvent)
    .parse(JSON.parse(readFileSync(new URL(`recorded/${name}.json`, import.meta.url), 'utf8')));
