import type { Failure } from '#mocks/dialects/dialect.ts';
import { bytesOf, type Step } from '#mocks/steps.ts';
import { type Fault, type FaultedRequest, fault, made } from './fault.ts';
import { isWord, nameOf, type Place, phraseOf, splitAt } from './place.ts';

const BUSY = 'The server had an error while processing your request. Sorry about that!';

/** An `error` event at `place`, and the stream ends. */
export const errorEvent = made(
  'errorEvent',
  (place: Place = 0, { code = 'server_error', message = BUSY }: Partial<Failure> = {}): Fault =>
    instead(
      `error-event-${code}`,
      place,
      `sends the error event \`${code}\` ${phraseOf(place)}`,
      ({ dialect }) => dialect.error({ code, message }),
    ),
);

/** `response.failed` at `place`, and the stream ends. Chat Completions know only an `error` in its stead. */
export const responseFailed = made(
  'responseFailed',
  (place: Place = 0, { code = 'server_error', message = BUSY }: Partial<Failure> = {}): Fault =>
    instead(
      `response-failed-${code}`,
      place,
      `says \`response.failed\` (${code}) ${phraseOf(place)}`,
      (request) => request.dialect.failed(request, { code, message }),
    ),
);

/** `response.incomplete` at `place`, and the stream ends; in Chat Completions a `finish_reason` other than `stop`. */
export const responseIncomplete = made(
  'responseIncomplete',
  (place: Place = 1, reason: 'max_output_tokens' | 'content_filter' = 'max_output_tokens'): Fault =>
    instead(
      `response-incomplete-${reason}`,
      place,
      `says \`response.incomplete\` (${reason}) ${phraseOf(place)}`,
      (request) => request.dialect.incomplete(request, reason),
    ),
);

/** The stream ends in order at `place`, as if that were all. */
export const endAfter = made(
  'endAfter',
  (place: Place): Fault =>
    instead(`end-after-${nameOf(place)}`, place, `ends the stream in order ${phraseOf(place)}`, () => []),
);

/** Every word comes and the stream ends in order, but nothing ever says that the reply is complete. */
export const endWithoutCompleted = made(
  'endWithoutCompleted',
  (): Fault =>
    fault('end-without-completed', 'ends the stream in order without `response.completed`', (steps) =>
      steps.flatMap((step): Step[] => {
        if (step.do === 'end') return [{ do: 'fault', name: 'end-without-completed' }, step];
        return isClosing(step) ? [] : [step];
      }),
    ),
);

/** One line in the stream that is no JSON, at `place`; all else as it should be. */
export const malformedJson = made(
  'malformedJson',
  (place: Place = 1): Fault =>
    between(
      `malformed-json-${nameOf(place)}`,
      place,
      `sends a line that is no JSON ${phraseOf(place)}`,
      () => [
        {
          do: 'send',
          label: 'malformed',
          bytes: bytesOf('data: {"type":"response.output_text.delta","delta":"\n\n'),
        },
      ],
    ),
);

/** One event of a type that no client knows, at `place`. */
export const unknownEvent = made(
  'unknownEvent',
  (place: Place = 1): Fault =>
    between(
      `unknown-event-${nameOf(place)}`,
      place,
      `sends an event of an unknown type ${phraseOf(place)}`,
      (request) => request.dialect.unknown(request),
    ),
);

/** One event comes twice: a word, or the one that ends the reply. */
export const duplicatedEvent = made(
  'duplicatedEvent',
  (which: 'word' | 'completed' = 'completed'): Fault =>
    fault(
      `duplicated-${which}`,
      which === 'word' ? 'sends a word twice' : 'says twice that the reply is complete',
      (steps) => {
        const index = steps.findIndex(which === 'word' ? isWord : isClosing);
        const twice = steps[index];
        if (!twice) return [...steps];
        return [
          ...steps.slice(0, index + 1),
          { do: 'fault', name: `duplicated-${which}` },
          twice,
          ...steps.slice(index + 1),
        ];
      },
    ),
);

/** The stream says that it is something else; what it holds is right. */
export const wrongContentType = made(
  'wrongContentType',
  (type: string = 'application/json'): Fault =>
    fault('wrong-content-type', `calls its stream \`${type}\``, (steps) =>
      steps.flatMap((step): Step[] =>
        step.do === 'head'
          ? [
              { do: 'fault', name: 'wrong-content-type' },
              { ...step, headers: { ...step.headers, 'content-type': type } },
            ]
          : [step],
      ),
    ),
);

/** In place of all that follows. */
const instead = (
  name: string,
  place: Place,
  sentence: string,
  then: (request: FaultedRequest) => Step[],
): Fault =>
  fault(name, sentence, (steps, request) => [
    ...splitAt(steps, place)[0],
    { do: 'fault', name },
    ...then(request),
    { do: 'end' },
  ]);

/** Put in, and then the answer goes on. */
const between = (
  name: string,
  place: Place,
  sentence: string,
  then: (request: FaultedRequest) => Step[],
): Fault =>
  fault(name, sentence, (steps, request) => {
    const [before, after] = splitAt(steps, place);
    return [...before, { do: 'fault', name }, ...then(request), ...after];
  });

/** What tells that a reply is complete, by either API. */
const isClosing = (step: Step): boolean =>
  step.do === 'send' && ['response.completed', 'finish', 'usage', 'done'].includes(step.label ?? '');
