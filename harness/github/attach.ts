import { setTimeout as sleep } from 'node:timers/promises';
import type { Comments } from './comments.ts';
import { explained, waitBefore } from './failures.ts';

export interface Attached {
  did: 'created' | 'updated' | 'left as it is';
  url: string;
}

/** Begins a comment, unseen: by it the next run finds the comment again. One for each issue and scenario. */
export const markerOf = (scenario: string): string =>
  `<!-- openclaw-repro-attach: ${encodeURIComponent(scenario).replaceAll('--', '%2D%2D')} -->`;

const ATTEMPTS = 5;

/**
 * Creates the comment, or updates the one that is there. Every attempt looks for it first: where an answer got lost
 * on the way, what it was about may well have happened.
 * @throws HarnessError with one sentence that says what GitHub did
 */
export async function attach(
  comments: Comments,
  marker: string,
  text: string,
  { wait = sleep, say }: { wait?: (ms: number) => Promise<unknown>; say: (text: string) => void },
): Promise<Attached> {
  const body = `${marker}\n${text}`;
  for (let attempt = 1; ; attempt++) {
    try {
      return await once(comments, marker, body);
    } catch (error) {
      const waitMs = attempt < ATTEMPTS ? waitBefore(error, attempt) : undefined;
      if (waitMs === undefined) throw explained(error);
      say(`${explained(error).message} Trying again in ${Math.ceil(waitMs / 1000)} s.`);
      await wait(waitMs);
    }
  }
}

async function once(comments: Comments, marker: string, body: string): Promise<Attached> {
  const there = await comments.find(marker);
  if (!there) return { did: 'created', url: (await comments.create(body)).url };
  if (asStored(there.body) === asStored(body)) return { did: 'left as it is', url: there.url };
  return { did: 'updated', url: (await comments.update(there.id, body)).url };
}

const asStored = (body: string): string => body.replaceAll('\r\n', '\n').trimEnd();
