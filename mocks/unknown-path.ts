import { http, type RequestHandler } from 'msw';
import { currentExchange, perform } from './exchange.ts';
import { CHALLENGE } from './faults/status.ts';
import { lastNonce } from './marks.ts';
import { answer } from './steps.ts';
import type { ProviderName } from './targets.ts';

/**
 * What the real hosts say to a path that they do not know: a bot challenge in HTML with 403
 * (openclaw/openclaw#66633). A mock that took any path would hide a gateway that asks for the wrong one.
 */
export const unknownPath = (provider: ProviderName, host: string): RequestHandler[] => [
  http.all(`https://${host}/*`, async ({ request }) => {
    const { id, record } = currentExchange();
    const path = new URL(request.url).pathname;
    const nonce = lastNonce(await request.text());
    record({
      kind: 'provider.request',
      exchange: id,
      provider,
      method: request.method,
      path,
      purpose: 'unknown-path',
      ...(nonce && { nonce }),
    });
    return perform(answer(403, CHALLENGE, { 'cf-mitigated': 'challenge', server: 'cloudflare' }));
  }),
];
