import { expect, test } from 'vitest';
import { ofKind } from '#harness/timeline/timeline.ts';
import * as faults from '#mocks/faults.ts';
import { startProviders } from '#mocks/testing/providers.ts';

// What Node's fetch makes of each fault: measured, and word for word what stands in gateway logs.
const seenAs: [faults.Fault, object][] = [
  [faults.cutBeforeHeaders('reset'), { error: 'fetch failed', cause: 'ECONNRESET' }],
  [faults.cutBeforeHeaders('fin'), { error: 'fetch failed', cause: 'UND_ERR_SOCKET' }],
  [faults.cutAfter(1, 'reset'), { error: 'terminated', cause: 'ECONNRESET' }],
  [faults.cutAfter(1, 'fin'), { error: 'terminated', cause: 'UND_ERR_SOCKET' }],
  [faults.truncatedChunk(1), { error: 'terminated', cause: 'UND_ERR_SOCKET' }],
  [faults.garbage(0), { error: 'fetch failed', cause: 'HTTPParserError' }],
  [faults.garbage(1), { error: 'terminated', cause: 'HTTPParserError' }],
  [faults.cutAfter(1, 'half-close'), { error: 'terminated', cause: 'UND_ERR_SOCKET' }],
  [faults.cutBeforeHeaders('half-close'), { error: 'fetch failed', cause: 'UND_ERR_SOCKET' }],
  [faults.cutAfter(faults.bytes(200)), { error: 'terminated', cause: 'UND_ERR_SOCKET' }],
  [faults.cutAfter(faults.lastChunk, 'reset'), { error: 'terminated', cause: 'ECONNRESET' }],
  [faults.truncatedChunk(faults.lastChunk), { error: 'terminated', cause: 'UND_ERR_SOCKET' }],
  [faults.silenceAfter(faults.bytes(200)), { cause: 'TimeoutError' }],
  [faults.emptyBody(400), { value: '' }],
  [faults.silence(), { cause: 'TimeoutError' }],
  [faults.silenceAfterHeaders(), { cause: 'TimeoutError' }],
  [faults.silenceAfter(2), { cause: 'TimeoutError' }],
  [faults.status(503, { error: 'busy' }), { value: '{"error":"busy"}' }],
];

test.each(seenAs.map(([fault, expected]) => ({ fault, expected, name: fault.name })))(
  '$name is delivered, recorded, and seen as what it is',
  async ({ fault, expected }) => {
    await using providers = await startProviders({ codex: [fault] });
    const seen = await providers.fromInside(
      `say(await tried(async () => (await ask({ signal: short() })).text()))`,
    );
    expect(seen).toMatchObject(expected);
    expect(providers.timeline.events.find(ofKind('provider.fault'))?.fault).toBe(fault.name);
    const end = providers.timeline.events.find(ofKind('provider.end'));
    // Who is kept waiting, or fed rubbish, leaves first.
    expect(end?.by).toBe(/^(silence|garbage)/.test(fault.name) ? 'gateway' : 'provider');
  },
);
