import type { IncomingMessage } from 'node:http';
import { WebSocketServer } from 'ws';
import type { MockContext } from '#mocks/context.ts';
import { responsesOverWebSocket } from '#mocks/dialects/responses.ts';
import { withExchange } from '#mocks/exchange.ts';
import { answerModel, bearer } from '#mocks/models.ts';
import { refuseUpgrade } from '#mocks/refuse-upgrade.ts';
import type { UpgradeHandler } from '#mocks/server.ts';
import { answer, type Step } from '#mocks/steps.ts';
import { performOnWebSocket } from '#mocks/websocket-exchange.ts';
import type { Words } from '#mocks/words.ts';

/**
 * Codex over a WebSocket: each `response.create` is a request, each message of the answer the data of one event
 * (pi-ai and @openclaw/ai, `processWebSocketStream`). The connection stays open for the next request.
 *
 * Only where a scenario asks for it: elsewhere the upgrade is refused with 426 and the gateway falls back to SSE, so that
 * a fault in a stream means the same on every version, whichever transport the version prefers.
 */
export function codexWebSocket(
  context: MockContext,
  provider: { readonly name: 'codex'; readonly words: Words },
  path: string,
): UpgradeHandler {
  const sockets = new WebSocketServer({ noServer: true });
  return async (upgrade) => {
    const { headers, url } = upgrade.request;
    if (context.codexTransport === 'sse' || url !== path) return refuseUpgrade(upgrade, answer(426, ''));
    const credential = context.ledgers.auth.accept(bearer(headers.authorization));
    if (!credential) return refuseUpgrade(upgrade, answer(401, { detail: 'Unauthorized' }));
    const asked = {
      provider: provider.name,
      words: provider.words,
      dialect: responsesOverWebSocket,
      purpose: 'handshake',
      transport: 'websocket',
      text: '',
    } as const;
    const shaken = context.next(asked, 'codex:handshake')(HANDSHAKE);
    if (shaken[0] !== HANDSHAKE[0] && !(await refuseUpgrade(upgrade, shaken))) return;
    const { request, socket, head } = upgrade;
    sockets.handleUpgrade(request, socket, head, (ws) => {
      // Who breaks the protocol, or the connection, is seen by the close that follows.
      ws.on('error', () => undefined);
      ws.on('message', (data) => {
        const { exchange, end } = upgrade.begin();
        const steps = withExchange(exchange, () =>
          answerModel(context, parse(String(data)), {
            provider,
            path,
            credential,
            refusal: [],
            dialect: responsesOverWebSocket,
            transport: 'websocket',
            session: sessionOf(request),
          }),
        );
        void performOnWebSocket(ws, exchange, steps, end);
      });
    });
  };
}

const HANDSHAKE: Step[] = [{ do: 'head', status: 101, headers: {} }];

const sessionOf = ({ headers }: IncomingMessage) => headers.session_id?.toString();

/** Anything but a `response.create` is no request. */
function parse(text: string): unknown {
  try {
    const message: unknown = JSON.parse(text);
    return message && (message as { type?: unknown }).type === 'response.create' ? message : undefined;
  } catch {
    return undefined;
  }
}
