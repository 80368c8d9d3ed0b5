import { STATUS_CODES } from 'node:http';
import { take } from './exchange.ts';
import type { Upgrade } from './server.ts';
import type { Step } from './steps.ts';

/**
 * Answers the asking for a WebSocket with something else than one, straight on the socket.
 * @returns true where the steps end in a WebSocket (101) after all, which is the caller's to open
 */
export async function refuseUpgrade(
  { request, socket, begin }: Upgrade,
  steps: readonly Step[],
): Promise<boolean> {
  const { exchange, end } = begin();
  const { id, record, host } = exchange;
  const path = request.url ?? '/';
  record({
    kind: 'provider.request',
    exchange: id,
    provider: host,
    method: 'WEBSOCKET',
    path,
    purpose: 'other',
  });
  socket.once('close', () => end(false));
  socket.on('error', () => socket.destroy());
  for (const step of steps) {
    switch (step.do) {
      case 'head':
        record({ kind: 'provider.answer', exchange: id, status: step.status });
        if (step.status === 101) {
          end(true);
          return true;
        }
        socket.write(headOf(step.status, { ...exchange.headers, ...step.headers }));
        break;
      case 'send':
        socket.write(step.bytes);
        break;
      case 'end':
        socket.end();
        end(true);
        return false;
      default:
        if (!(await take(exchange, step))) return false;
    }
  }
  return false;
}

function headOf(status: number, headers: { [name: string]: string }): string {
  const lines = Object.entries({ ...headers, connection: 'close' }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('\r\n')}\r\n\r\n`;
}
