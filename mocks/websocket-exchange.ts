import { createParser } from 'eventsource-parser';
import type { WebSocket } from 'ws';
import { type Exchange, take } from './exchange.ts';
import type { Step } from './steps.ts';

/**
 * Carries an answer out on a WebSocket: the data of each event becomes one message.
 * @param end called once when the answer has ended, with how where it ended as it should
 */
export async function performOnWebSocket(
  ws: WebSocket,
  exchange: Exchange,
  steps: readonly Step[],
  end: (whole: boolean) => void,
): Promise<void> {
  const closed = () => end(false);
  ws.once('close', closed);
  const decoder = new TextDecoder();
  const events = createParser({ onEvent: ({ data }) => ws.send(data) });
  let refused: (Step & { do: 'head' }) | undefined;
  let body = '';
  for (const step of steps) {
    if (exchange.gone.aborted) return;
    switch (step.do) {
      case 'head':
        exchange.record({ kind: 'provider.answer', exchange: exchange.id, status: step.status });
        if (step.status >= 400) refused = step;
        break;
      case 'send': {
        const text = decoder.decode(step.bytes, { stream: true });
        if (refused) body += text;
        else events.feed(text);
        break;
      }
      case 'close':
        exchange.ended = `close ${step.code}`;
        if (isInAFrame(step.code)) ws.close(step.code, step.reason);
        else ws.terminate();
        return;
      case 'end':
        if (refused) ws.send(wrapped(refused, body));
        ws.off('close', closed);
        return end(true);
      default:
        if (!(await take(exchange, step))) return;
    }
  }
}

/** The codes that a close frame can hold (RFC 6455, 7.4); the others stand for a connection that ends without one. */
const isInAFrame = (code: number): boolean =>
  (code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) || (code >= 3000 && code <= 4999);

/** What HTTP would have answered, as the service says it where there is no status (codex-rs, `responses_websocket.rs`). */
function wrapped({ status, headers }: Step & { do: 'head' }, body: string): string {
  return JSON.stringify({ type: 'error', status, error: errorIn(body), headers });
}

function errorIn(body: string): unknown {
  try {
    const parsed = JSON.parse(body) as { error?: unknown };
    return typeof parsed.error === 'object' ? parsed.error : parsed;
  } catch {
    return { message: body };
  }
}
