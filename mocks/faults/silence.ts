import { type Fault, fault, made } from './fault.ts';
import { headers, nameOf, type Place, phraseOf, splitAt } from './place.ts';

/** The request is taken and nothing ever comes back. */
export const silence = made(
  'silence',
  (): Fault =>
    fault('silence', 'takes the request and never answers', () => [
      { do: 'fault', name: 'silence', effect: 'silent' },
      { do: 'hang' },
    ]),
);

/** Status and headers come, the body never starts. */
export const silenceAfterHeaders = made(
  'silenceAfterHeaders',
  (): Fault => silent('silence-after-headers', headers, 'sends headers and then nothing'),
);

/** The stream stops at `place` (a number counts words) and the socket stays open. */
export const silenceAfter = made(
  'silenceAfter',
  (place: Place): Fault => silent(`silence-after-${nameOf(place)}`, place, `goes silent ${phraseOf(place)}`),
);

const silent = (name: string, place: Place, sentence: string): Fault =>
  fault(name, sentence, (steps) => [
    ...splitAt(steps, place)[0],
    { do: 'fault', name, effect: 'silent' },
    { do: 'hang' },
  ]);
