import type { Step } from '#mocks/steps.ts';
import { type Fault, fault, made, partsOf, reply } from './fault.ts';
import { isWord } from './place.ts';

/** The same answer, `ms` later. */
export const delay = made(
  'delay',
  (ms: number, then: Fault = reply()): Fault =>
    around(`delay-${ms}ms`, `waits ${ms} ms, then ${then.describe()}`, then, (steps, request) => [
      { do: 'fault', name: `delay-${ms}ms`, effect: 'slow' },
      { do: 'wait', ms },
      ...then.apply(steps, request),
    ]),
);

/** The same answer with a pause of `ms` before every word. */
export const drip = made(
  'drip',
  (ms: number, then: Fault = reply()): Fault =>
    paced(`drip-${ms}ms`, `sends a word every ${ms} ms`, then, (step) =>
      isWord(step) ? [{ do: 'wait', ms }, step] : [step],
    ),
);

/** The same answer in packets of `bytes` bytes, which end anywhere in an event or a letter. */
export const sliced = made(
  'sliced',
  (bytes: number, then: Fault = reply()): Fault =>
    paced(`sliced-${bytes}`, `sends packets of ${bytes} bytes`, then, (step) => slices(step, bytes, 2)),
);

/** The same answer at no more than `bytesPerSecond`. */
export const bandwidth = made(
  'bandwidth',
  (bytesPerSecond: number, then: Fault = reply()): Fault =>
    paced(`bandwidth-${bytesPerSecond}`, `sends ${bytesPerSecond} bytes a second`, then, (step) =>
      slices(step, Math.max(1, Math.round(bytesPerSecond / 10)), 100),
    ),
);

/** The whole answer comes, its end `ms` later: the connection lingers. */
export const slowClose = made(
  'slowClose',
  (ms: number, then: Fault = reply()): Fault =>
    paced(`slow-close-${ms}ms`, `ends the answer ${ms} ms late`, then, (step) =>
      step.do === 'end' ? [{ do: 'wait', ms }, step] : [step],
    ),
);

const paced = (name: string, sentence: string, then: Fault, each: (step: Step) => Step[]): Fault =>
  around(name, `${sentence} and ${then.describe()}`, then, (steps, request) =>
    then
      .apply(steps, request)
      .flatMap((step): Step[] =>
        step.do === 'head' ? [step, { do: 'fault', name, effect: 'slow' }] : each(step),
      ),
  );

/** A fault that does something to another one's answer. */
const around = (name: string, sentence: string, then: Fault, apply: Fault['apply']): Fault => ({
  ...fault(`${name}+${then.name}`, sentence, apply),
  parts: [name, ...partsOf(then)],
});

/** @param ms pause before each slice, in milliseconds; without one, they would share a packet */
function slices(step: Step, size: number, ms: number): Step[] {
  if (step.do !== 'send') return [step];
  const count = Math.ceil(step.bytes.length / size);
  return Array.from({ length: count }, (_, index): Step[] => {
    const bytes = step.bytes.subarray(index * size, (index + 1) * size);
    // The word is there once its last slice is.
    const whole = index === count - 1 && step.label;
    return [
      { do: 'wait', ms },
      { do: 'send', bytes, ...(whole && { label: whole }) },
    ];
  }).flat();
}
