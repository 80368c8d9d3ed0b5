import { bytesOf, DELTA, type Step } from '#mocks/steps.ts';

/**
 * Where in an answer a fault begins: after so many words of the reply, after so many bytes of the body, or in the
 * middle of the last thing that is sent. `0` is right behind the headers.
 */
export type Place = number | { readonly bytes: number } | typeof lastChunk;

/** Right behind status and headers. */
export const headers = 0;

/** After `count` bytes of the body, wherever in an event that is. */
export const bytes = (count: number): Place => ({ bytes: count });

/** In the middle of the last chunk: only the end is missing. */
export const lastChunk = 'last-chunk';

/** The place in a fault's name, and in its sentence. */
export const nameOf = (place: Place): string =>
  typeof place === 'object' ? `${place.bytes}-bytes` : String(place);

export function phraseOf(place: Place): string {
  if (place === lastChunk) return 'in the middle of the last chunk';
  if (typeof place === 'object') return `after ${place.bytes} bytes`;
  if (place === headers) return 'right after the headers';
  return `after ${place === 1 ? '1 word' : `${place} words`}`;
}

/** The answer in two: what comes before a place, and what comes after it. */
export function splitAt(steps: readonly Step[], place: Place): [before: Step[], after: Step[]] {
  if (place === lastChunk) {
    const last = steps.findLastIndex((step) => step.do === 'send');
    const step = steps[last];
    if (step?.do !== 'send') return apart(steps, afterHead(steps));
    return inside(steps, last, step, Math.floor(step.bytes.length / 2));
  }
  if (typeof place === 'object') return afterBytes(steps, place.bytes);
  return apart(steps, afterWords(steps, place));
}

function afterBytes(steps: readonly Step[], count: number): [Step[], Step[]] {
  let left = count;
  for (const [index, step] of steps.entries()) {
    if (step.do !== 'send') continue;
    if (left < step.bytes.length) return inside(steps, index, step, left);
    left -= step.bytes.length;
  }
  const end = steps.findLastIndex((step) => step.do === 'send') + 1;
  return apart(steps, end || afterHead(steps));
}

const apart = (steps: readonly Step[], index: number): [Step[], Step[]] => [
  steps.slice(0, index),
  steps.slice(index),
];

function inside(steps: readonly Step[], index: number, step: Step & { do: 'send' }, at: number) {
  const piece = (bytes: Uint8Array, label?: string): Step[] =>
    bytes.length > 0 ? [{ do: 'send', bytes, ...(label && { label }) }] : [];
  const halves: [Step[], Step[]] = [
    [...steps.slice(0, index), ...piece(step.bytes.subarray(0, at))],
    [...piece(step.bytes.subarray(at), step.label), ...steps.slice(index + 1)],
  ];
  return halves;
}

const afterHead = (steps: readonly Step[]): number => steps.findIndex((step) => step.do === 'head') + 1;

export const isWord = (step: Step): boolean => step.do === 'send' && step.label === DELTA;

/** Where there are no words (an error, a token), right behind the headers. */
function afterWords(steps: readonly Step[], words: number): number {
  let seen = 0;
  const index = words === 0 ? -1 : steps.findIndex((step) => isWord(step) && ++seen === words);
  return index === -1 ? afterHead(steps) : index + 1;
}

/** A reset throws away what the receiver has not read yet, so what was sent before it gets a moment to arrive. */
export const LET_IT_ARRIVE: Step = { do: 'wait', ms: 50 };

export const raw = (text: string): Step => ({ do: 'raw', bytes: bytesOf(text) });
