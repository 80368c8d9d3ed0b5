import type { FaultEffect } from '#harness/timeline/events.ts';

/**
 * What a provider does with one request, as data: an ordered list of steps. A healthy answer is such a list,
 * a fault is a function from one list to another, and `Exchange` carries a list out on the socket.
 */
export type Step =
  /** Do nothing for `ms` milliseconds, then go on. */
  | { do: 'wait'; ms: number }
  /** Send the status line and headers. */
  | { do: 'head'; status: number; headers: Record<string, string> }
  /** Send body bytes. `label` names what they are, so that faults can find their place: a word of a reply is a `DELTA`. */
  | { do: 'send'; bytes: Uint8Array; label?: string }
  /** Write bytes on the TLS socket as they are, outside HTTP's framing. */
  | { do: 'raw'; bytes: Uint8Array }
  /** From here on the answer is wrong on purpose; written to the timeline when it is reached. @default effect 'answer' */
  | { do: 'fault'; name: string; effect?: FaultEffect }
  /** Say nothing more and keep the socket open. */
  | { do: 'hang' }
  /** Close the connection in order, with the answer unfinished. */
  | { do: 'fin' }
  /** End only our side of the TCP connection, without a word of TLS. */
  | { do: 'half-close' }
  /** Close the WebSocket with this code; 1006 leaves the close frame out. */
  | { do: 'close'; code: number; reason: string }
  /** Reset the TCP connection. */
  | { do: 'reset' }
  /** Finish the answer as HTTP wants it. */
  | { do: 'end' };

export const DELTA = 'delta';

const encoder = new TextEncoder();

export const bytesOf = (text: string): Uint8Array => encoder.encode(text);

/** A whole answer with one body. */
export function answer(status: number, body: unknown, headers: Record<string, string> = {}): Step[] {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const type = typeof body === 'string' ? 'text/html; charset=UTF-8' : 'application/json';
  return [
    { do: 'head', status, headers: { 'content-type': type, ...headers } },
    { do: 'send', bytes: bytesOf(text) },
    { do: 'end' },
  ];
}
