import { expect, test } from 'vitest';
import { playback } from './behaviour.ts';
import * as faults from './faults.ts';
import { streamResponse } from './responses-api.ts';

const healthy = streamResponse('m', 'one two three', 'x');
const shape = (fault: faults.Fault) =>
  fault
    .apply(healthy)
    .map((step) => (step.do === 'send' ? (step.label?.split('.').at(-1) ?? 'body') : step.do));

const shapes: [faults.Fault, string[]][] = [
  [faults.silence(), ['fault', 'hang']],
  [faults.silenceAfterHeaders(), ['head', 'fault', 'hang']],
  [faults.silenceAfter(1), ['head', 'created', 'added', 'added', 'delta', 'fault', 'hang']],
  [faults.cutAfter(2), ['head', 'created', 'added', 'added', 'delta', 'delta', 'fault', 'wait', 'fin']],
  [faults.cutAfter(0, 'reset'), ['head', 'fault', 'wait', 'reset']],
  [faults.cutBeforeHeaders('reset'), ['fault', 'reset']],
  [faults.truncatedChunk(1), ['head', 'created', 'added', 'added', 'delta', 'fault', 'raw', 'wait', 'fin']],
  [faults.garbage(), ['fault', 'raw', 'wait', 'fin']],
  [faults.status(503, {}), ['fault', 'head', 'body', 'end']],
  [faults.delay(5, faults.silence()), ['fault', 'wait', 'fault', 'hang']],
  [
    faults.drip(5, faults.cutAfter(2)),
    ['head', 'fault', 'created', 'added', 'added', 'wait', 'delta', 'wait', 'delta', 'fault', 'wait', 'fin'],
  ],
];

test.each(shapes.map(([fault, expected]) => ({ fault, expected, name: fault.name })))(
  '$name turns the healthy answer into the wrong one',
  ({ fault, expected }) => {
    expect(shape(fault)).toEqual(expected);
    expect(fault.describe()).toMatch(/^[a-z]/);
  },
);

test('a healthy reply is left as it is', () => {
  expect(faults.reply().apply(healthy)).toEqual(healthy);
});

test('faults come request by request, the last one repeats, and the narrowest target is used', () => {
  const next = playback({
    codex: [faults.cutAfter(1), faults.reply()],
    'codex/small': [faults.silence()],
  });
  expect(next('codex/large', 'codex').name).toBe('cut-after-1-fin');
  expect(next('codex/small', 'codex').name).toBe('silence');
  expect(next('codex/large', 'codex').name).toBe('reply');
  expect(next('codex/large', 'codex').name).toBe('reply');
  expect(next('xai').name).toBe('reply');
});
