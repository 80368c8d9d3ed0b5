import { answer, bytesOf, DELTA, type Step } from './steps.ts';

/**
 * One thing that a provider does wrong: a value with a name, a sentence for people, and its place in the answer.
 * Scenarios list them by request (`[cutAfter(1), reply()]`); a list's last entry repeats.
 */
export interface Fault {
  readonly name: string;
  describe(): string;
  apply(healthy: readonly Step[]): Step[];
}

const fault = (name: string, sentence: string, apply: Fault['apply']): Fault => ({
  name,
  describe: () => sentence,
  apply,
});

/** No fault: the healthy answer as it is. */
export const reply = (): Fault => fault('reply', 'answers', (steps) => [...steps]);

/** The request is taken and nothing ever comes back. */
export const silence = (): Fault =>
  fault('silence', 'takes the request and never answers', () => [
    { do: 'fault', name: 'silence' },
    { do: 'hang' },
  ]);

/** Status and headers come, the body never starts. */
export const silenceAfterHeaders = (): Fault =>
  fault('silence-after-headers', 'sends headers and then nothing', (steps) =>
    cutOff(steps, 'silence-after-headers', afterHead(steps), [{ do: 'hang' }]),
  );

/** The stream stops after `deltas` words and the socket stays open. */
export const silenceAfter = (deltas: number): Fault =>
  fault(`silence-after-${deltas}`, `goes silent after ${count(deltas)}`, (steps) =>
    cutOff(steps, `silence-after-${deltas}`, afterDelta(steps, deltas), [{ do: 'hang' }]),
  );

/** How a connection ends: `fin` closes it in order, `reset` tears it down. */
export type Cut = 'fin' | 'reset';

/**
 * The stream is cut after `deltas` words.
 * @default how 'fin', which Node's fetch reports as `terminated` (cause `UND_ERR_SOCKET`); `reset` gives `ECONNRESET`.
 */
export const cutAfter = (deltas: number, how: Cut = 'fin'): Fault =>
  fault(`cut-after-${deltas}-${how}`, `cuts the stream after ${count(deltas)} (${how})`, (steps) =>
    cutOff(steps, `cut-after-${deltas}-${how}`, afterDelta(steps, deltas), [LET_IT_ARRIVE, { do: how }]),
  );

/** The connection ends before any answer. */
export const cutBeforeHeaders = (how: Cut = 'fin'): Fault =>
  fault(`cut-before-headers-${how}`, `closes the connection without an answer (${how})`, () => [
    { do: 'fault', name: `cut-before-headers-${how}` },
    { do: how },
  ]);

/** A chunk announces more bytes than it brings, then the connection ends. */
export const truncatedChunk = (deltas: number): Fault =>
  fault(`truncated-chunk-${deltas}`, `breaks off in the middle of a chunk after ${count(deltas)}`, (steps) =>
    cutOff(steps, `truncated-chunk-${deltas}`, afterDelta(steps, deltas), [
      { do: 'raw', bytes: bytesOf('400\r\ndata: {"type":"response.output_te') },
      LET_IT_ARRIVE,
      { do: 'fin' },
    ]),
  );

/** Bytes that are not HTTP, after `deltas` words; 0 puts them in place of the whole answer. */
export const garbage = (deltas = 0): Fault =>
  fault(`garbage-${deltas}`, `sends bytes that are not HTTP after ${count(deltas)}`, (steps) => {
    const rubbish: Step[] = [{ do: 'raw', bytes: RUBBISH }, LET_IT_ARRIVE, { do: 'fin' }];
    return cutOff(steps, `garbage-${deltas}`, deltas === 0 ? 0 : afterDelta(steps, deltas), rubbish);
  });

/** Another status with another body; an object is sent as JSON, a string as HTML. */
export const status = (code: number, body: unknown, headers: Record<string, string> = {}): Fault =>
  fault(`status-${code}`, `answers ${code}`, () => [
    { do: 'fault', name: `status-${code}` },
    ...answer(code, body, headers),
  ]);

/** The same answer, `ms` later. */
export const delay = (ms: number, then: Fault = reply()): Fault =>
  fault(`delay-${ms}ms+${then.name}`, `waits ${ms} ms, then ${then.describe()}`, (steps) => [
    { do: 'fault', name: `delay-${ms}ms` },
    { do: 'wait', ms },
    ...then.apply(steps),
  ]);

/** The same answer with a pause of `ms` before every word. */
export const drip = (ms: number, then: Fault = reply()): Fault =>
  fault(`drip-${ms}ms+${then.name}`, `sends a word every ${ms} ms and ${then.describe()}`, (steps) =>
    then.apply(steps).flatMap((step): Step[] => {
      if (step.do === 'head') return [step, { do: 'fault', name: `drip-${ms}ms` }];
      return isDelta(step) ? [{ do: 'wait', ms }, step] : [step];
    }),
  );

/** A reset throws away what the receiver has not read yet, so the words before it get a moment to arrive. */
const LET_IT_ARRIVE: Step = { do: 'wait', ms: 50 };

const RUBBISH = Uint8Array.from({ length: 96 }, (_, index) => (index * 151 + 7) % 256);

function cutOff(steps: readonly Step[], name: string, at: number, then: Step[]): Step[] {
  return [...steps.slice(0, at), { do: 'fault', name }, ...then];
}

const afterHead = (steps: readonly Step[]): number => steps.findIndex((step) => step.do === 'head') + 1;

const isDelta = (step: Step): boolean => step.do === 'send' && step.label === DELTA;

function afterDelta(steps: readonly Step[], deltas: number): number {
  if (deltas === 0) return afterHead(steps);
  let seen = 0;
  const index = steps.findIndex((step) => isDelta(step) && ++seen === deltas);
  return index === -1 ? afterHead(steps) : index + 1;
}

const count = (deltas: number): string => (deltas === 1 ? '1 word' : `${deltas} words`);
