import { expect, test } from 'vitest';
import { timelineOf } from '#harness/testing/timeline-of.ts';
import { explanationOf, onlyIn } from './log-difference.ts';

const log = (...messages: string[]) =>
  timelineOf(...messages.map((message) => ({ kind: 'gateway.log', stream: 'stdout', message }) as const));

test('finds the line that one form alone writes every time, whatever its numbers, ids and paths', () => {
  const bound = 'failed to bind loopback alias ::1:20123 (another gateway instance is already listening)';
  const these = [log('ready in 812 ms', bound), log('ready in 6 s', bound.replace('20123', '31999'))];
  const those = [
    log('ready in 790 ms', 'wrote /a/runs/x-1/home'),
    log('ready in 1 s', 'wrote /b/runs/y-2/home'),
  ];
  expect(onlyIn(these, those)).toEqual([expect.stringContaining('failed to bind loopback alias')]);
  expect(onlyIn(those, these)).toEqual(['wrote RUN/home']);
});

test('a line that is there by chance is no difference', () => {
  expect(onlyIn([log('a', 'slow reply'), log('a')], [log('a'), log('a')])).toEqual([]);
});

test('knows of no reason for the line by which a disturbed gateway was found', () => {
  expect(explanationOf('failed to bind loopback alias ::#')).toBeUndefined();
});
