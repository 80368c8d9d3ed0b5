import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { TLSSocket, TlsOptions } from 'node:tls';
import { createBrotliDecompress, createGunzip, createZstdDecompress } from 'node:zlib';
import { getResponse, type RequestHandler } from 'msw';
import type { Recorder } from '#harness/timeline/timeline.ts';
import type { Certificates } from './certificates.ts';
import { type Exchange, withExchange } from './exchange.ts';

/** A larger request body ends the connection. */
const BODY_LIMIT = 32 * 1024 * 1024;

export interface MockServer extends AsyncDisposable {
  /** Port on 127.0.0.1. */
  readonly port: number;
}

/** A WebSocket that a client asks for, before it is taken or refused. */
export interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: TLSSocket;
  readonly head: Buffer;
  /** Opens an exchange on the connection. */
  begin(): OpenExchange;
}

export type UpgradeHandler = (upgrade: Upgrade) => Promise<unknown>;

interface OpenExchange {
  readonly exchange: Exchange;
  /** Called when the exchange is over: whole, or because the connection is gone. A second call says nothing. */
  end(whole: boolean): void;
}

export interface MockServerOptions {
  handlers: RequestHandler[];
  certificates: Certificates;
  onUpgrade: UpgradeHandler;
  /** What a host puts on every answer. @default nothing */
  headersOf?: (host: string, exchange: number) => Exchange['headers'];
  /** Numbers the exchanges, also those that come to no request. @default from 0 */
  exchangeId?: () => number;
  /** @default the same certificate for every host */
  SNICallback?: TlsOptions['SNICallback'];
  record: Recorder;
}

/** Serves msw handlers over real TLS on loopback; which host is meant stands in the request, as on the real hosts. */
export async function startMockServer(options: MockServerOptions): Promise<MockServer> {
  const { handlers, certificates, onUpgrade, record, SNICallback } = options;
  const { exchangeId = counter(), headersOf = () => ({}) } = options;
  const tcpSockets = new Map<number, Socket>();
  const open = new Set<Duplex>();
  let closing = false;

  function begin(request: IncomingMessage): OpenExchange {
    const tls = request.socket as TLSSocket;
    const tcp = tcpSockets.get(tls.remotePort ?? 0) ?? tls;
    const gone = new AbortController();
    const host = request.headers.host ?? 'unknown.invalid';
    const id = exchangeId();
    const headers = headersOf(host, id);
    const exchange: Exchange = { id, record, host, headers, tls, tcp, gone: gone.signal };
    const end = (whole: boolean) => {
      if (gone.signal.aborted) return;
      const by = whole || exchange.ended ? 'provider' : closing ? 'harness' : 'gateway';
      const how = exchange.ended ?? (whole ? 'complete' : 'closed');
      record({ kind: 'provider.end', exchange: exchange.id, by, how });
      gone.abort();
    };
    return { exchange, end };
  }

  const server = createServer(
    {
      cert: certificates.cert,
      key: certificates.key,
      keepAliveTimeout: 0,
      ...(SNICallback && { SNICallback }),
    },
    (request, response) => {
      const { exchange, end } = begin(request);
      let whole = false;
      response.on('finish', () => {
        whole = true;
      });
      response.on('close', () => end(whole));
      answer(handlers, request, response, exchange).catch((error: unknown) => {
        if (!exchange.gone.aborted) response.destroy(error instanceof Error ? error : undefined);
      });
    },
  );
  server.on('connection', (socket: Socket) => {
    const port = socket.remotePort ?? 0;
    tcpSockets.set(port, socket);
    open.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      tcpSockets.delete(port);
      open.delete(socket);
    });
  });
  // A client that goes away in the middle of a handshake is no concern of the run.
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const tls = socket as TLSSocket;
    onUpgrade({ request, socket: tls, head, begin: () => begin(request) }).catch(() => tls.destroy());
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      closing = true;
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** 0, 1, 2, … */
export function counter(): () => number {
  let next = 0;
  return () => next++;
}

async function answer(
  handlers: RequestHandler[],
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  exchange: Exchange,
): Promise<void> {
  const request = await toRequest(incoming);
  // `quiet`: without it msw reads a copy of the body, and then nobody notices when the client goes away.
  const response = await withExchange(exchange, () => getResponse(handlers, request, { quiet: true }));
  if (exchange.ended || exchange.gone.aborted) return;
  if (!response || response.type === 'error') return void incoming.socket.destroy();
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  // Headers go out also when no body ever follows; what does follow at once shares their packet.
  incoming.socket.cork();
  outgoing.flushHeaders();
  setImmediate(() => incoming.socket.uncork());
  for await (const chunk of response.body ?? []) {
    if (exchange.gone.aborted) return;
    if (!outgoing.write(chunk)) await drained(outgoing);
  }
  if (!exchange.ended && !exchange.gone.aborted) outgoing.end();
}

const drained = (outgoing: ServerResponse) =>
  new Promise<void>((resolve) => {
    const done = () => {
      outgoing.off('drain', done);
      outgoing.off('close', done);
      resolve();
    };
    outgoing.on('drain', done);
    outgoing.on('close', done);
  });

async function toRequest(incoming: IncomingMessage): Promise<Request> {
  const { method = 'GET', headers, url = '/' } = incoming;
  const body = method === 'GET' || method === 'HEAD' ? undefined : await readBody(incoming);
  const flat = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as [string, string]],
  );
  return new Request(`https://${headers.host ?? 'unknown.invalid'}${url}`, {
    method,
    headers: flat,
    ...(body && { body }),
  });
}

/** 2026.9.x compresses its requests with zstd. */
async function readBody(incoming: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
  const decoder = {
    zstd: createZstdDecompress,
    gzip: createGunzip,
    br: createBrotliDecompress,
  }[String(incoming.headers['content-encoding'] ?? '')];
  const source = decoder ? incoming.pipe(decoder()) : incoming;
  let size = 0;
  source.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > BODY_LIMIT) incoming.destroy(new Error('request body too large'));
  });
  return new Uint8Array(await buffer(source));
}
