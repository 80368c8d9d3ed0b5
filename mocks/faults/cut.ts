import type { FaultEffect } from '#harness/timeline/events.ts';
import type { Step } from '#mocks/steps.ts';
import { type Fault, fault, made } from './fault.ts';
import { headers, LET_IT_ARRIVE, nameOf, type Place, phraseOf, raw, splitAt } from './place.ts';

/**
 * How a connection ends: `fin` closes it in order, `half-close` ends only the sending side and without a word of TLS,
 * as a middlebox does, `reset` tears it down.
 */
export type Cut = 'fin' | 'half-close' | 'reset';

/**
 * The stream is cut at `place` (a number counts words).
 * @default how 'fin', which Node's fetch reports as `terminated` (cause `UND_ERR_SOCKET`); `reset` gives `ECONNRESET`.
 */
export const cutAfter = made(
  'cutAfter',
  (place: Place, how: Cut = 'fin'): Fault =>
    broken(
      `cut-after-${nameOf(place)}-${how}`,
      place,
      `cuts the stream ${phraseOf(place)} (${how})`,
      [LET_IT_ARRIVE, { do: how }],
      'broken-off',
    ),
);

/** The connection ends before any answer. */
export const cutBeforeHeaders = made(
  'cutBeforeHeaders',
  (how: Cut = 'fin'): Fault =>
    fault(`cut-before-headers-${how}`, `closes the connection without an answer (${how})`, () => [
      { do: 'fault', name: `cut-before-headers-${how}`, effect: 'broken-off' },
      { do: how },
    ]),
);

/** A chunk announces more bytes than it brings, then the connection ends. */
export const truncatedChunk = made(
  'truncatedChunk',
  (place: Place): Fault =>
    broken(
      `truncated-chunk-${nameOf(place)}`,
      place,
      `breaks off inside a chunk ${phraseOf(place)}`,
      [raw('400\r\ndata: {"'), LET_IT_ARRIVE, { do: 'fin' }],
      'broken-off',
    ),
);

/** Bytes that are not HTTP at `place`; 0 puts them in place of the whole answer. */
export const garbage = made('garbage', (place: Place = 0): Fault => {
  const name = `garbage-${nameOf(place)}`;
  const rubbish: Step[] = [{ do: 'raw', bytes: RUBBISH }, LET_IT_ARRIVE, { do: 'fin' }];
  return place === headers
    ? fault(name, 'answers with bytes that are not HTTP', () => [{ do: 'fault', name }, ...rubbish])
    : broken(name, place, `sends bytes that are not HTTP ${phraseOf(place)}`, rubbish);
});

const RUBBISH = Uint8Array.from({ length: 96 }, (_, index) => (index * 151 + 7) % 256);

const broken = (
  name: string,
  place: Place,
  sentence: string,
  then: Step[],
  effect: FaultEffect = 'answer',
): Fault =>
  fault(name, sentence, (steps) => [...splitAt(steps, place)[0], { do: 'fault', name, effect }, ...then]);
