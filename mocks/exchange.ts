import { AsyncLocalStorage } from 'node:async_hooks';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import type { Recorder } from '#harness/timeline/timeline.ts';
import type { Step } from './steps.ts';

/** One request on its way through a mock, with the hands that a fault needs: the sockets themselves. */
export interface Exchange {
  readonly id: number;
  readonly record: Recorder;
  readonly tls: TLSSocket;
  /** The TCP socket under the TLS socket: only there a reset can be made. */
  readonly tcp: Socket;
  /** Which service it was meant for. */
  readonly host: string;
  /** What that service puts on every answer. */
  readonly headers: { readonly [name: string]: string };
  /** Aborted when the connection is gone. */
  readonly gone: AbortSignal;
  /** Set when the provider itself ended the connection. */
  ended?: string;
}

/** Bytes of body that are handed over at once. */
const GULP = 16_384;

const exchanges = new AsyncLocalStorage<Exchange>();

export const withExchange = exchanges.run.bind(exchanges) as <T>(exchange: Exchange, run: () => T) => T;

export function currentExchange(): Exchange {
  const exchange = exchanges.getStore();
  if (!exchange) throw new Error('A provider was called outside a request.');
  return exchange;
}

/**
 * Carries steps out: what comes before the head happens here, the rest as the body is read.
 * Where the connection is ended before a head, the response that comes back is never sent.
 */
export async function perform(steps: readonly Step[]): Promise<Response> {
  const exchange = currentExchange();
  const rest = steps.values();
  for (const step of rest) {
    if (step.do === 'head') return respond(exchange, step, rest);
    if (!(await take(exchange, step))) break;
  }
  return Response.error();
}

function respond(exchange: Exchange, head: Step & { do: 'head' }, rest: Iterator<Step> & Iterable<Step>) {
  let next: Step | undefined;
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        // Words up to the next pause go in one gulp; a step on the socket itself only after they were written.
        for (let queued = 0; queued < GULP; ) {
          const step = next ?? rest.next().value;
          next = undefined;
          if (step?.do === 'send') {
            controller.enqueue(step.bytes);
            queued += step.bytes.length;
            continue;
          }
          next = step;
          if (queued > 0) return;
          next = undefined;
          if (!step || step.do === 'end' || !(await take(exchange, step))) {
            controller.close();
            return;
          }
        }
      },
    },
    { highWaterMark: 0 },
  );
  exchange.record({ kind: 'provider.answer', exchange: exchange.id, status: head.status });
  const headers = { ...exchange.headers, ...head.headers };
  return new Response(body, { status: head.status, headers });
}

/** Does one step that is not part of the answer; false when there is nothing after it. */
export async function take(exchange: Exchange, step: Step): Promise<boolean> {
  switch (step.do) {
    case 'wait':
      return sleep(step.ms, true, { signal: exchange.gone }).catch(() => false);
    case 'fault':
      exchange.record({
        kind: 'provider.fault',
        exchange: exchange.id,
        fault: step.name,
        effect: step.effect ?? 'answer',
      });
      return true;
    case 'raw':
      exchange.tls.write(step.bytes);
      return true;
    case 'hang':
      if (!exchange.gone.aborted) {
        await new Promise((resolve) => exchange.gone.addEventListener('abort', resolve, { once: true }));
      }
      return false;
    case 'fin':
      exchange.ended = 'fin';
      exchange.tls.end();
      return false;
    case 'half-close':
      exchange.ended = 'half-close';
      exchange.tcp.end();
      return false;
    case 'reset':
      exchange.ended = 'reset';
      exchange.tcp.resetAndDestroy();
      return false;
    case 'head':
    case 'send':
    case 'close':
    case 'end':
      return false;
    default:
      return step satisfies never;
  }
}
