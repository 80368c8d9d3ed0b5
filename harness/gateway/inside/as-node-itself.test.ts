import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

/**
 * Each expression is evaluated by a Node with `closed-network.mjs` and by one without, and must come to the same: what
 * the closed network lets through must behave as Node's own. PORT is the gateway's own port, `listen` and `reach` are
 * defined below. No call here leads off this machine.
 */
const CALLS = [
  // Names and addresses.
  ...[
    '::1',
    '127.0.0.1',
    '0.0.0.0',
    '::',
    '::ffff:127.0.0.1',
    '127.0.0.2',
    'localhost',
    'LOCALHOST',
    '',
  ].flatMap((name) =>
    ['{}', '4', '6', '{ family: 4 }', '{ family: 6 }', '{ all: true }', '{ all: true, verbatim: true }']
      .concat(["{ all: true, order: 'ipv4first' }", '{ all: true, family: 6 }', '{ hints: dns.ADDRCONFIG }'])
      .flatMap((options) => [
        `said(dns.lookup, '${name}', ${options})`,
        `dns.promises.lookup('${name}', ${options})`,
      ]),
  ),
  `said(dns.lookup, '::1')`,
  `dns.promises.lookup('::1')`,
  `promisify(dns.lookup)('127.0.0.1')`,
  `promisify(dns.lookup)('::1', { all: true })`,
  `said(dns.lookup, null)`,
  `said(dns.lookup, undefined, { family: 6 })`,
  `dns.lookup('::1')`,
  `dns.lookup('no-such-host.invalid')`,
  `dns.lookup(1, () => {})`,
  `dns.lookup('localhost', { family: 5 }, () => {})`,
  `dns.lookup('no-such-host.invalid', { family: 5 }, () => {})`,
  `dns.promises.lookup('no-such-host.invalid', { family: 5 })`,
  `dns.promises.lookup(1)`,
  `dns.resolve4('no-such-host.invalid')`,
  `dns.resolve4(1, () => {})`,
  `dns.promises.resolve4(1)`,
  // Listening, where the first answer of `dns` decides.
  ...['::1', 'localhost', '0.0.0.0', '::', '127.0.0.1', undefined].map(
    (host) => `listen(${host === undefined ? 'undefined' : `'${host}'`})`,
  ),
  `(async () => { const four = await listen('127.0.0.1', true); return [await listen('::1'), four.close() && 0]; })()`,
  `(async () => { const four = await listen('127.0.0.1', true); const again = await listen('127.0.0.1'); four.close(); return again; })()`,
  // Connections to the gateway's own port.
  ...['::1', '127.0.0.1', 'localhost'].flatMap((host) => [
    `reach('${host}', () => net.connect(PORT, '${host}'))`,
    `reach('${host}', () => net.connect({ port: PORT, host: '${host}' }))`,
    `reach('${host}', () => net.connect({ port: String(PORT), host: '${host}' }))`,
    `reach('${host}', () => new net.Socket().connect(PORT, '${host}'))`,
    `reach('${host}', (done) => net.connect(PORT, '${host}', done))`,
    `reach('${host}', (done) => new net.Socket().connect({ port: PORT, host: '${host}' }, done))`,
    `reach('${host}', () => net.connect({ port: PORT, host: '${host}', family: 4 }))`,
    `reach('${host}', () => net.connect({ port: PORT, host: '${host}', autoSelectFamily: false }))`,
  ]),
  `reach('localhost', () => net.connect(PORT))`,
  `reach('localhost', () => net.connect({ port: PORT }))`,
  `reach('::', () => net.connect(PORT, '::1'))`,
  `reach('0.0.0.0', () => net.connect(PORT, '127.0.0.1'))`,
  // Nobody listens there.
  `failed(() => net.connect(PORT, '127.0.0.1'))`,
  `failed(() => net.connect(PORT, '::1'))`,
  `failed(() => net.connect(STRANGER, '127.0.0.1'))`,
  `failed(() => net.connect(STRANGER, '::1'))`,
  `failed(() => net.connect(FOLDER + '/no-socket'))`,
  `net.connect({ port: 70000, host: '127.0.0.1' })`,
  `net.connect({ port: 'x', host: '127.0.0.1' })`,
  `net.connect({})`,
  `new net.Socket().connect()`,
  `pipe()`,
  // Files.
  ...['statSync', 'lstatSync'].flatMap((name) => [
    `fs.${name}(FOLDER).isDirectory()`,
    `fs.${name}(FOLDER, { bigint: true }).size > 0n`,
    `fs.${name}(FOLDER + '/none')`,
    `String(fs.${name}(FOLDER + '/none', { throwIfNoEntry: false }))`,
    `fs.${name}(1)`,
  ]),
  // Children and workers.
  `cp.spawnSync(process.execPath, ['-p', '1 + 1'], { encoding: 'utf8' }).stdout`,
  `cp.spawnSync(process.execPath, ['-p', 'process.env.MINE'], { encoding: 'utf8', env: { MINE: 'x' } }).stdout`,
  `cp.spawnSync('no-such-program').error`,
  `cp.execFileSync('no-such-program')`,
  `cp.spawn()`,
  `new cp.ChildProcess().spawn()`,
  `new cp.ChildProcess().spawn({})`,
  `promisify(cp.execFile)(process.execPath, ['-p', '3'])`,
  `inWorker('parentPort.postMessage(workerData + 1)', { eval: true, workerData: 1 })`,
  `inWorker('parentPort.postMessage(process.env.MINE ?? 0)', { eval: true, env: { MINE: 'y' } })`,
  `[workers.Worker.name, workers.Worker.length]`,
  `new workers.Worker('x', { eval: true, argv: 1 })`,
  `new workers.Worker(1)`,
  // What is seen of how it was started.
  `String(process.env.NODE_OPTIONS)`,
  `process.execArgv.filter((option) => option !== '--no-warnings')`,
  `inWorker('parentPort.postMessage(String(process.env.NODE_OPTIONS))', { eval: true })`,
  // What is seen of the functions themselves.
  ...['dns.lookup', 'dns.promises.lookup', 'dns.resolve4', 'net.Socket.prototype.connect', 'fs.statSync']
    .concat(['cp.spawnSync', 'cp.ChildProcess.prototype.spawn', 'process.execve'])
    .map((name) => `[${name}?.name, ${name}?.length]`),
];

const PROGRAM = `
import cp from 'node:child_process';
import dns from 'node:dns';
import fs from 'node:fs';
import net from 'node:net';
import workers from 'node:worker_threads';
import { once } from 'node:events';
import { promisify } from 'node:util';
const { PORT, STRANGER, FOLDER, CALLS } = JSON.parse(process.env.GIVEN);
const said = (call, ...args) => new Promise((resolve) => call(...args, (...answer) => resolve(answer.map(plain))));
async function listen(host, keep) {
  const server = net.createServer().listen(PORT, host);
  try { await once(server, 'listening'); } catch (error) { return plain(error); }
  if (keep) return server;
  const { address, family } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return { address, family };
}
async function reach(host, connect) {
  const server = net.createServer((socket) => socket.end('hello')).listen(PORT, host);
  await once(server, 'listening');
  try {
    let called = 0;
    const socket = connect(() => { called++; });
    let text = '';
    for await (const chunk of socket.setEncoding('utf8')) text += chunk;
    return { text, called, to: [socket.remoteAddress, socket.remoteFamily] };
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}
async function failed(connect) {
  const [error] = await once(connect(), 'error', { signal: AbortSignal.timeout(5000) }).catch((error) => [error]);
  return plain(error);
}
async function pipe() {
  const path = FOLDER + '/socket';
  const server = net.createServer((socket) => socket.end('hello')).listen(path);
  await once(server, 'listening');
  let text = '';
  for await (const chunk of net.connect(path).setEncoding('utf8')) text += chunk;
  await new Promise((resolve) => server.close(resolve));
  return text;
}
async function inWorker(source, options) {
  const worker = new workers.Worker('const { parentPort, workerData } = require("node:worker_threads");' + source, options);
  const [message] = await once(worker, 'message');
  await worker.terminate();
  return [message, worker instanceof workers.Worker, worker.constructor === workers.Worker];
}
function plain(value) {
  if (!(value instanceof Error)) return value;
  const { name, message, code, errno, syscall, hostname, address, port, path, spawnargs } = value;
  return { name, message, code, errno, syscall, hostname, address, port, path, spawnargs };
}
const results = [];
for (const call of CALLS) {
  try { results.push(plain(await eval(call))); } catch (error) { results.push(plain(error)); }
}
fs.writeFileSync(FOLDER + '/results.json', JSON.stringify(results, (key, value) => value === undefined ? 'undefined' : value));
process.exit(0);
`;

const PORT = 33_417;
const STRANGER = 33_418;
const folders: string[] = [];
let answers: { bare: unknown[]; closed: unknown[] };

async function evaluate(preload: boolean): Promise<unknown[]> {
  const folder = mkdtempSync(join(tmpdir(), 'openclaw-repro-test-'));
  folders.push(folder);
  writeFileSync(join(folder, 'program.mjs'), PROGRAM);
  const network = {
    hosts: { 'api.x.ai': '104.18.32.47' },
    mock: { host: '127.0.0.1', port: 1 },
    loopback: [PORT, PORT],
    log: join(folder, 'egress.jsonl'),
  };
  await promisify(execFile)(process.execPath, ['--no-warnings', join(folder, 'program.mjs')], {
    env: {
      GIVEN: JSON.stringify({ PORT, STRANGER, FOLDER: folder, CALLS }),
      OPENCLAW_REPRO_NETWORK: JSON.stringify(network),
      ...(preload && {
        NODE_OPTIONS: `--import=${new URL('./closed-network.mjs', import.meta.url).href}`,
      }),
    },
  });
  return JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8').replaceAll(folder, 'FOLDER'));
}

beforeAll(async () => {
  answers = { bare: await evaluate(false), closed: await evaluate(true) };
}, 60_000);
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

test.each(CALLS.map((call, index) => [call, index] as const))('%s', (_call, index) => {
  expect(answers.closed[index]).toEqual(answers.bare[index]);
});

test('the comparison looks at what it says: an address is answered with itself', () => {
  const index = CALLS.indexOf(`said(dns.lookup, '::1')`);
  expect(answers.bare[index]).toEqual([null, '::1', 6]);
});
