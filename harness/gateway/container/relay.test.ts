import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Relay } from './relay.ts';

/** Both ends of the relay without a container between them: what the engine carries is a pipe here. */
let relay: Relay;
let inside: ChildProcessByStdio<Writable, Readable, null>;
let folder: string;
let lines: string[];
/** What the gateway, and the mocks, do with a connection. */
let onGateway: (socket: Socket) => void;
let onMocks: (socket: Socket) => void;
let servers: Server[];
/** Where the gateway finds the mocks. */
let mocksInside: number;

async function listen(onSocket: (socket: Socket) => void): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

beforeEach(async () => {
  servers = [];
  lines = [];
  folder = mkdtempSync(join(tmpdir(), 'openclaw-repro-test-'));
  const gateway = await listen((socket) => onGateway(socket));
  const mocks = await listen((socket) => onMocks(socket));
  mocksInside = await freePort();
  const script = fileURLToPath(new URL('../inside/relay-inside.mjs', import.meta.url));
  const args = [script, String(gateway), String(mocksInside), folder, join(folder, 'log')];
  inside = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  relay = await Relay.open({ mocks, onLine: (line) => lines.push(line) });
  const { stdout, stdin } = inside;
  relay.use(stdout, stdin);
  await expect.poll(() => canConnect(mocksInside)).toBe(true);
});
afterEach(async () => {
  inside.kill();
  await relay[Symbol.asyncDispose]();
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true });
});

async function freePort(): Promise<number> {
  const port = await listen(() => undefined);
  await new Promise((resolve) => servers.pop()?.close(resolve));
  return port;
}

const open = (port: number): Socket => connect({ port, host: '127.0.0.1', allowHalfOpen: true });
const canConnect = (port: number) =>
  new Promise((resolve) => {
    const socket = open(port)
      .once('connect', () => resolve(!!socket.destroy()))
      .once('error', () => resolve(false));
  });
const endOf = (socket: Socket) =>
  new Promise((resolve) => {
    socket.resume().once('end', () => resolve('end'));
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
  });
const echo = (socket: Socket) => void socket.pipe(socket);

test('publishes the gateway on loopback, and leads it to the mocks', async () => {
  onGateway = echo;
  onMocks = echo;
  for (const port of [relay.port, mocksInside]) {
    const socket = open(port);
    socket.end('hello');
    expect(await text(socket)).toBe('hello');
  }
});

test('carries many connections at once, more than wait for the gateway', async () => {
  onMocks = echo;
  const large = 'x'.repeat(300_000);
  const replies = Array.from({ length: 50 }, (_, index) => {
    const socket = open(mocksInside);
    socket.end(`${index} ${large}`);
    return text(socket);
  });
  expect((await Promise.all(replies)).map((reply, index) => reply === `${index} ${large}`)).toEqual(
    Array(50).fill(true),
  );
});

test('hands on an end as an end and a reset as a reset, in both directions', async () => {
  onMocks = (socket) => void socket.once('data', () => socket.end('bye'));
  const ended = open(mocksInside);
  ended.write('x');
  expect(await endOf(ended)).toBe('end');

  onMocks = (socket) => void socket.once('data', () => socket.resetAndDestroy());
  const reset = open(mocksInside);
  reset.write('x');
  expect(await endOf(reset)).toBe('ECONNRESET');

  const seen = Promise.withResolvers<unknown>();
  onMocks = (socket) => seen.resolve(endOf(socket));
  const leaving = open(mocksInside);
  leaving.once('connect', () => setTimeout(() => leaving.resetAndDestroy(), 100));
  expect(await seen.promise).toBe('ECONNRESET');
});

test('a gateway that does not listen yet is a connection that closes', async () => {
  servers[0]?.close();
  expect(await endOf(open(relay.port))).toMatch(/end|ECONNRESET/);
});

test('a cut way is silent, for old and new connections, and gives back what it held', async () => {
  onMocks = echo;
  const old = open(mocksInside);
  old.write('1');
  await new Promise((resolve) => old.once('data', resolve));
  relay.cut();
  const fresh = open(mocksInside);
  let heard = '';
  for (const socket of [old, fresh]) {
    socket.on('data', (chunk) => {
      heard += chunk;
    });
    socket.write('2');
  }
  await sleep(300);
  expect(heard).toBe('');
  relay.restore();
  await expect.poll(() => heard).toBe('22');
  for (const socket of [old, fresh]) socket.destroy();
});

test('brings the lines of the gateway’s files', async () => {
  writeFileSync(join(folder, 'egress.jsonl'), '{"destination":"example.com","via":"dns"}\n');
  await expect
    .poll(() => lines)
    .toEqual(['{"from":"egress","line":"{\\"destination\\":\\"example.com\\",\\"via\\":\\"dns\\"}"}']);
});

test('our end closing ends the other', async () => {
  const exit = new Promise((resolve) => inside.once('exit', resolve));
  await relay[Symbol.asyncDispose]();
  expect(await exit).toBe(0);
});
