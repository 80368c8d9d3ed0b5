import type { Doubt } from './doubt.ts';

/** A scenario about WebSockets says nothing of a gateway that speaks SSE only (2026.4.14). */
export const noWebSocket: Doubt = {
  id: 'no-websocket',
  outcome: 'untestable',
  raise: ({ scenario: { setup }, evidence }) =>
    setup.codexTransport === 'websocket' &&
    !evidence.all('provider.request').some(({ method }) => method === 'WEBSOCKET')
      ? 'this version opened no WebSocket to Codex: what was seen, was seen over SSE'
      : undefined,
};
