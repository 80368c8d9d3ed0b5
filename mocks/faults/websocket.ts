import { type Fault, fault, made } from './fault.ts';
import { headers, LET_IT_ARRIVE, nameOf, type Place, phraseOf, splitAt } from './place.ts';

/**
 * The WebSocket is closed with `code` at `place`; 1006 is a connection that ends without a close frame. A request that
 * comes by HTTP is answered: there is no such thing there.
 */
export const closeWebSocket = made(
  'closeWebSocket',
  (code: number, place: Place = headers, reason: string = ''): Fault => {
    const name = `websocket-closed-${code}-${nameOf(place)}`;
    return fault(name, `closes the WebSocket with ${code} ${phraseOf(place)}`, (steps, { transport }) =>
      transport === 'http'
        ? [...steps]
        : [...splitAt(steps, place)[0], { do: 'fault', name }, LET_IT_ARRIVE, { do: 'close', code, reason }],
    );
  },
);
