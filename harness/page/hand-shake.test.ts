import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { Device } from './device.ts';
import { shakeHands } from './hand-shake.ts';

const never = new AbortController().signal;

/** The gateway's side of the handshake; `onUpgrade` says when the attempt with this number is answered, if ever. */
async function serve(onUpgrade: (attempt: number) => Promise<void>) {
  const sockets = new Set<Socket>();
  const server = createServer();
  const ws = new WebSocketServer({ noServer: true });
  let attempts = 0;
  server.on('upgrade', async (request, socket: Socket, head) => {
    sockets.add(socket);
    socket.once('end', () => socket.destroy()).resume();
    socket.once('close', () => sockets.delete(socket)).on('error', () => undefined);
    await onUpgrade(++attempts);
    if (socket.destroyed) return;
    ws.handleUpgrade(request, socket, head, (client) => {
      const send = (frame: object) => client.send(JSON.stringify(frame));
      send({ type: 'event', event: 'connect.challenge', payload: { nonce: 'n' } });
      client.on('message', (data) => {
        const { id } = JSON.parse(String(data)) as { id: string };
        send({ type: 'res', id, ok: true, payload: { type: 'hello-ok', protocol: 4 } });
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: { url: `ws://127.0.0.1:${port}/`, token: 't' },
    /** Connections that are open, and attempts that were made. */
    open: () => sockets.size,
    attempts: () => attempts,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const forEver = () => new Promise<never>(() => undefined);
const handShake = ({ address }: { address: { url: string; token: string } }, ms: number, signal = never) =>
  shakeHands({ address, device: new Device(), deadline: performance.now() + ms, signal });

test('loses no more than a second to an attempt that nobody answers', async () => {
  await using gateway = await serve((attempt) => (attempt === 1 ? forEver() : Promise.resolve()));
  const started = performance.now();
  const { connection, attempts } = await handShake(gateway, 20_000);
  expect(attempts).toBe(2);
  expect(performance.now() - started).toBeLessThan(2_000);
  await expect.poll(gateway.open).toBe(1);
  connection.close();
});

test('gives a slow gateway its time: the first attempt is still there when it is answered', async () => {
  await using gateway = await serve((attempt) => (attempt === 1 ? sleep(3_500) : forEver()));
  const { connection } = await handShake(gateway, 20_000);
  expect(gateway.attempts()).toBeLessThanOrEqual(4);
  await expect.poll(gateway.open).toBe(1);
  connection.close();
});

test('gives up when its time is over, and leaves nothing open', async () => {
  await using gateway = await serve(forEver);
  await expect(handShake(gateway, 1_500)).rejects.toThrow('took the connection and answered nothing');
  await expect.poll(gateway.open).toBe(0);
});

test('ends at once when it is told to, and leaves nothing open', async () => {
  await using gateway = await serve(forEver);
  const stop = new AbortController();
  const shaking = handShake(gateway, 60_000, stop.signal);
  await expect.poll(gateway.open).toBe(1);
  stop.abort(new Error('stopped'));
  await expect(shaking).rejects.toThrow('stopped');
  await expect.poll(gateway.open).toBe(0);
});
