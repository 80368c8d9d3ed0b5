import { expect, test } from 'vitest';
import { parseScenario } from '#harness/scenario/scenario.ts';
import type { Behaviour } from '#mocks/behaviour.ts';
import { connectionRefused, cutAfter, reply } from '#mocks/faults.ts';

const parse = (providers: Behaviour) =>
  parseScenario('stream/x', { title: 'x', providers, script: async () => undefined });

test('a host that cannot be reached is a fault like any other', () => {
  const { providers, expect: ending } = parse({ xai: [connectionRefused()], codex: [cutAfter(1), reply()] });
  expect(providers.xai?.map(({ name }) => name)).toEqual(['connection-refused']);
  expect(ending).toBe('reply-or-error');
});

test.each([
  { 'xai/grok-4': [connectionRefused()] },
  { codex: [connectionRefused(), reply()] },
  { 'codex:recall': [connectionRefused()] },
])('a host fault for less than a whole host is refused with the reason', (providers) => {
  expect(() => parse(providers)).toThrow(
    /connection-refused befalls a whole host: expected it alone, for auth, codex/,
  );
});
