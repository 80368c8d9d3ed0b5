import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Disturbances, Gateway, Hands, RunningGateway, StartOptions } from '#harness/gateway/gateway.ts';
import type { Operations } from '#harness/scenario/operations.ts';

const nothing = async (): Promise<void> => undefined;

/** For tests in which nothing befalls the gateway. */
export const undisturbed: Disturbances = {
  pause: nothing,
  unpause: nothing,
  kill: nothing,
  restart: nothing,
};

/** For tests in which nobody works beside the gateway. */
export const untouched: Operations & Hands = {
  editConfig: nothing,
  signIn: nothing,
  cli: async () => ({ code: 0, output: '' }),
  rotateBehindItsBack: nothing,
  editFile: nothing,
  runCli: async () => ({ code: 0, output: '' }),
};

/** A gateway that runs already, at `url`, and stays as it is. */
export const gatewayAt = (
  url: string,
  changes: (request: StartOptions) => Partial<RunningGateway> = () => ({}),
): Gateway => ({
  version: '2026.4.14',
  build: { runtime: 'process', integrity: 'sha512-x', node: '24.0.0' },
  start: async (request) => ({
    ...undisturbed,
    ...untouched,
    url,
    exited: new AbortController().signal,
    logTail: () => [],
    stop: async () => ({}),
    [Symbol.asyncDispose]: nothing,
    ...changes(request),
  }),
});

type Params = Record<string, unknown>;

export interface FakeClient {
  event(event: string, payload: unknown): void;
  /** To every connection, not only to this one. */
  everywhere(event: string, payload: unknown): void;
  close(code: number, reason: string): void;
}

/** Answers a request with a payload, or with an error; `undefined` leaves it without an answer. */
export type Method = (params: Params, client: FakeClient) => unknown;

export interface FakeGateway extends AsyncDisposable {
  url: string;
}

/** The gateway's side of the protocol, for unit tests of the client only: no claim rests on it. */
export async function startFakeGateway(methods: { [method: string]: Method }): Promise<FakeGateway> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await new Promise((resolve) => server.once('listening', resolve));
  server.on('connection', (socket) => serve(socket, server.clients, methods));
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async [Symbol.asyncDispose]() {
      for (const client of server.clients) client.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function serve(socket: WebSocket, all: Set<WebSocket>, methods: { [method: string]: Method }): void {
  const send = (frame: object) => socket.send(JSON.stringify(frame));
  const client: FakeClient = {
    event: (event, payload) => send({ type: 'event', event, payload }),
    everywhere: (event, payload) => {
      for (const each of all) each.send(JSON.stringify({ type: 'event', event, payload }));
    },
    close: (code, reason) => socket.close(code, reason),
  };
  client.event('connect.challenge', { nonce: 'challenge' });
  socket.on('message', (data) => {
    const { id, method, params } = JSON.parse(String(data)) as { id: string; method: string; params: Params };
    const answer =
      methods[method] ?? (method === 'connect' ? () => ({ type: 'hello-ok', protocol: 4 }) : () => ({}));
    try {
      const payload = answer(params, client);
      if (payload !== undefined) send({ type: 'res', id, ok: true, payload });
    } catch (error) {
      const { code = 'REFUSED', message } = error as { code?: string; message?: string };
      send({ type: 'res', id, ok: false, error: { code, message: message ?? String(error) } });
    }
  });
}
