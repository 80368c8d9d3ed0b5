import { expect, test } from 'vitest';
import { ofKind } from '#harness/timeline/timeline.ts';
import * as faults from '#mocks/faults.ts';
import { startProviders } from '#mocks/testing/providers.ts';
import type { HostFault } from './host.ts';

// What Node's fetch makes of each: measured, and what stands in gateway logs.
const seenAs: [HostFault, object][] = [
  [faults.connectionRefused(), { error: 'fetch failed', cause: 'ECONNREFUSED' }],
  [faults.connectionBlackHole(), { cause: 'TimeoutError' }],
  [faults.dnsFailure(), { error: 'fetch failed', cause: 'ENOTFOUND' }],
  [faults.dnsFailure('EAI_AGAIN'), { error: 'fetch failed', cause: 'EAI_AGAIN' }],
  [faults.tlsFailure(), { error: 'fetch failed', cause: 'ECONNRESET' }],
  [faults.untrustedCertificate(), { error: 'fetch failed', cause: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }],
];

test.each(seenAs.map(([fault, expected]) => ({ fault, expected, name: fault.name })))(
  '$name befalls one host, is seen as what it is, and is told for each connection',
  async ({ fault, expected }) => {
    await using providers = await startProviders({ codex: [fault] });
    const seen = await providers.fromInside(`
      const failed = await tried(() => ask({ signal: short() }));
      const other = await fetch('https://api.x.ai/v1/models');
      say([failed, other.status]);
      process.exit();
    `);
    expect(seen).toMatchObject([expected, 200]);
    const { timeline, refused, troubled } = providers;
    if (fault.trouble.at === 'tls') {
      expect(timeline.events.find(ofKind('provider.fault'))?.fault).toBe(fault.name);
      expect(timeline.events[0]).toMatchObject({
        kind: 'provider.request',
        method: 'CONNECT',
        provider: 'codex',
      });
    } else {
      expect(troubled()).toEqual(['chatgpt.com']);
    }
    expect(refused()).toEqual([]);
  },
);

test('a look-up and a connection by its address fail as the name does', async () => {
  await using providers = await startProviders({
    xai: [faults.connectionRefused()],
    auth: [faults.dnsFailure()],
  });
  const seen = await providers.fromInside(`
    import dns from 'node:dns/promises';
    import net from 'node:net';
    const { address } = await dns.lookup('api.x.ai');
    const connecting = tried(() => new Promise((resolve, reject) =>
      net.connect({ host: address, port: 443 }).on('connect', resolve).on('error', reject)));
    say([await connecting, await tried(() => dns.lookup('auth.openai.com')), await tried(() => dns.resolve4('auth.openai.com'))]);
  `);
  expect(seen).toMatchObject([
    { error: expect.stringMatching(/^connect ECONNREFUSED 104\.18\.32\.\d+:443$/), cause: 'ECONNREFUSED' },
    { cause: 'ENOTFOUND' },
    { cause: 'ENOTFOUND' },
  ]);
});

test('a gateway that is being prepared finds its hosts well', async () => {
  let preparing = true;
  await using providers = await startProviders(
    { codex: [faults.tlsFailure()] },
    { preparing: () => preparing },
  );
  const once = () => providers.fromInside('say((await tried(ask)).error ?? "reached")');
  expect(await once()).toBe('reached');
  preparing = false;
  expect(await once()).toBe('fetch failed');
});

test('what the network did to a connection stands in the timeline as a fault that was delivered', async () => {
  await using providers = await startProviders({ auth: [faults.connectionRefused()] });
  providers.mocks.troubled('auth.openai.com');
  providers.mocks.troubled('elsewhere.invalid');
  expect(providers.timeline.events).toMatchObject([
    {
      kind: 'provider.request',
      provider: 'auth',
      method: 'CONNECT',
      path: 'auth.openai.com:443',
      purpose: 'other',
    },
    { kind: 'provider.fault', fault: 'connection-refused' },
    { kind: 'provider.end', by: 'provider', how: 'connection-refused' },
  ]);
});
