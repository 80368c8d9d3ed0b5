import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EventBody } from './events.ts';
import { redact } from './redact.ts';

const secrets = [
  { value: 'rt_synthetic_abc', label: 'RT1' },
  { value: 'xai-synthetic-key', label: 'XAI-KEY' },
];

test('replaces a secret by its label wherever it stands, and says that it leaked', () => {
  const event: EventBody = {
    kind: 'gateway.log',
    stream: 'file',
    message: 'refresh with rt_synthetic_abc failed',
    fields: { deep: [{ key: 'Bearer xai-synthetic-key' }] },
  };
  expect(redact(event, secrets)).toEqual({
    ...event,
    message: 'refresh with <RT1> failed',
    fields: { deep: [{ key: 'Bearer <XAI-KEY>' }] },
    leaks: ['RT1', 'XAI-KEY'],
  });
});

test('no secret survives in any log line', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string(), fc.constantFrom(...secrets.map(({ value }) => value)))),
      (parts) => {
        const event: EventBody = {
          kind: 'gateway.log',
          stream: 'stdout',
          message: parts.join(''),
          fields: { parts },
        };
        const clean = JSON.stringify(redact(event, secrets));
        for (const { value } of secrets) expect(clean).not.toContain(value);
      },
    ),
  );
});

test('leaves what holds no secret as it is', () => {
  const event: EventBody = { kind: 'gateway.stopping' };
  expect(redact(event, secrets)).toBe(event);
});
