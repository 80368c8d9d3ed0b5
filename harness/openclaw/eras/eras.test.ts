import { expect, test } from 'vitest';
import { eraOf } from './eras.ts';

test('an entry holds from its first version up to its end', () => {
  expect(eraOf('2026.4.12').codex.pinRoute).toBe(false);
  expect(eraOf('2026.4.14').codex.pinRoute).toBe(true);
  expect(eraOf('2026.4.15').codex.pinRoute).toBe(false);
  expect(
    ['2026.5.12', '2026.5.16-beta.7', '2026.5.20', '2026.5.22'].map((v) => eraOf(v).approveDevice),
  ).toEqual([false, true, true, false]);
});

test('a later entry overrides an earlier one', () => {
  expect(eraOf('2026.2.12').models).toEqual({ 'gpt-5.4': 'gpt-5.2' });
  expect(eraOf('2026.3.8').models).toEqual({});
  expect(eraOf('2026.5.12').codex.agentRuntime).toBe('pi');
  expect(eraOf('2026.6.1').codex.agentRuntime).toBe('openclaw');
});

test('a version outside what is known falls to the nearest', () => {
  expect(eraOf('2025.12.1')).toEqual(eraOf('2026.1.29'));
  expect(eraOf('2027.1.1')).toEqual(eraOf('2026.9.6'));
});
