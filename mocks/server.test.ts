import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ofKind, Timeline } from '#harness/timeline/timeline.ts';
import type { Behaviour } from './behaviour.ts';
import * as faults from './faults.ts';
import { replyTo } from './marks.ts';
import { type MockOptions, mockedHosts, startMocks } from './start.ts';
import { TokenLedger } from './token-ledger.ts';

/** These tests see the mocks as a gateway does: from another Node, by the real names, through the closed network. */
const preload = new URL('../harness/gateway/closed-network.mjs', import.meta.url).href;
const HOUR = 3_600_000;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'openclaw-repro-test-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function startProviders(behaviour: Behaviour = {}, options: Partial<MockOptions> = {}) {
  const timeline = new Timeline();
  const ledger = new TokenLedger('test');
  const tokens = ledger.issue({ lifetimeMs: HOUR });
  const models = { codex: ['gpt-5.4'], xai: ['grok-4'] };
  const mocks = await startMocks({
    behaviour,
    ledger,
    xaiKey: 'xai-synthetic',
    models,
    record: timeline.record,
    ...options,
  });
  const ca = join(folder, 'ca.pem');
  const log = join(folder, 'egress.jsonl');
  writeFileSync(ca, mocks.ca);
  writeFileSync(log, '');

  /** Runs a module that prints JSON. */
  async function fromInside(script: string): Promise<unknown> {
    const child = spawn(process.execPath, ['--input-type=module', '-e', `${HELPERS}\n${script}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        NODE_OPTIONS: `--import=${preload}`,
        NODE_EXTRA_CA_CERTS: ca,
        TOKEN: tokens.access,
        REFRESH: tokens.refresh,
        OPENCLAW_REPRO_NETWORK: JSON.stringify({
          hosts: Object.fromEntries(mockedHosts.map((host) => [host, '104.18.32.47'])),
          mock: { host: '127.0.0.1', port: mocks.port },
          loopback: [1, 1],
          log,
        }),
      },
    });
    return JSON.parse(await text(child.stdout));
  }
  const refused = () =>
    readFileSync(log, 'utf8')
      .trim()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { destination: string; via: string });
  return { mocks, timeline, fromInside, refused, [Symbol.asyncDispose]: () => mocks[Symbol.asyncDispose]() };
}

const HELPERS = `
  const say = (value) => console.log(JSON.stringify(value));
  const body = JSON.stringify({ model: 'gpt-5.4', input: [{ role: 'user', content: 'Hi ref-0000abcd' }] });
  const ask = (init = {}) => fetch('https://chatgpt.com/backend-api/codex/responses', {
    method: 'POST', body, headers: { authorization: 'Bearer ' + process.env.TOKEN }, ...init });
  const causeOf = (error) => [error.cause, error].flatMap((one) => [one?.code, one?.name]).find((name) => typeof name === 'string' && name !== 'TypeError');
  const tried = async (run) => run().then((value) => ({ value }), (error) => ({ error: error.message, cause: causeOf(error) }));
  const short = () => AbortSignal.timeout(700);
`;

test('a whole reply comes over real TLS on the real host name and repeats the nonce', async () => {
  await using providers = await startProviders();
  const seen = await providers.fromInside(`
    const response = await ask();
    const text = (await response.text()).split('\\n').filter((line) => line.includes('output_text.done')).at(-1);
    say({ status: response.status, text: JSON.parse(text.slice(6)).text });
  `);
  expect(seen).toEqual({ status: 200, text: replyTo('0000abcd') });
  const request = providers.timeline.events.find(ofKind('provider.request'));
  expect(request).toMatchObject({
    provider: 'codex',
    purpose: 'turn',
    model: 'gpt-5.4',
    nonce: '0000abcd',
    credential: 'AT1',
  });
  expect(providers.timeline.events.at(-1)).toMatchObject({
    kind: 'provider.end',
    by: 'provider',
    how: 'complete',
  });
});

test('a body compressed with zstd is read, as 2026.9.6 sends it', async () => {
  await using providers = await startProviders();
  const compressed = zstdCompressSync(Buffer.from('{"model":"m","input":"ref-0000abcd"}')).toString('base64');
  await providers.fromInside(`
    const headers = { authorization: 'Bearer ' + process.env.TOKEN, 'content-encoding': 'zstd' };
    say((await ask({ headers, body: Buffer.from('${compressed}', 'base64') })).status);
  `);
  expect(providers.timeline.events.find(ofKind('provider.request'))).toMatchObject({
    model: 'm',
    nonce: '0000abcd',
  });
});

test('xAI answers by both of its APIs, and is listed by the name that the scenario uses', async () => {
  await using providers = await startProviders(
    { 'xai/grok-4': [faults.status(503, {}), faults.reply()] },
    { nameOf: (model) => (model === 'grok-old' ? 'grok-4' : model) },
  );
  const seen = await providers.fromInside(`
    const post = (path, content) => fetch('https://api.x.ai' + path, { method: 'POST',
      body: JSON.stringify({ model: 'grok-old', ...content }), headers: { authorization: 'Bearer xai-synthetic' } });
    const message = { role: 'user', content: 'Hi ref-0000abcd' };
    const failed = await post('/v1/responses', { input: [message] });
    const answered = await post('/v1/chat/completions', { messages: [message] });
    say([failed.status, answered.status, (await answered.text()).includes('[DONE]')]);
  `);
  expect(seen).toEqual([503, 200, true]);
});

test('while the gateway is only prepared no fault is delivered or counted', async () => {
  let preparing = true;
  await using providers = await startProviders(
    { codex: [faults.status(503, {}), faults.reply()] },
    { preparing: () => preparing },
  );
  const statusOf = () => providers.fromInside('say((await ask()).status)');
  expect(await statusOf()).toBe(200);
  preparing = false;
  expect([await statusOf(), await statusOf()]).toEqual([503, 200]);
});

// What Node's fetch makes of each fault: measured, and word for word what stands in gateway logs.
const seenAs: [faults.Fault, object][] = [
  [faults.cutBeforeHeaders('reset'), { error: 'fetch failed', cause: 'ECONNRESET' }],
  [faults.cutBeforeHeaders('fin'), { error: 'fetch failed', cause: 'UND_ERR_SOCKET' }],
  [faults.cutAfter(1, 'reset'), { error: 'terminated', cause: 'ECONNRESET' }],
  [faults.cutAfter(1, 'fin'), { error: 'terminated', cause: 'UND_ERR_SOCKET' }],
  [faults.truncatedChunk(1), { error: 'terminated', cause: 'UND_ERR_SOCKET' }],
  [faults.garbage(0), { error: 'fetch failed', cause: 'HTTPParserError' }],
  [faults.garbage(1), { error: 'terminated', cause: 'HTTPParserError' }],
  [faults.silence(), { cause: 'TimeoutError' }],
  [faults.silenceAfterHeaders(), { cause: 'TimeoutError' }],
  [faults.silenceAfter(2), { cause: 'TimeoutError' }],
  [faults.status(503, { error: 'busy' }), { value: '{"error":"busy"}' }],
];

test.each(seenAs.map(([fault, expected]) => ({ fault, expected, name: fault.name })))(
  '$name is delivered, recorded, and seen as what it is',
  async ({ fault, expected }) => {
    await using providers = await startProviders({ codex: [fault] });
    const seen = await providers.fromInside(
      `say(await tried(async () => (await ask({ signal: short() })).text()))`,
    );
    expect(seen).toMatchObject(expected);
    expect(providers.timeline.events.find(ofKind('provider.fault'))?.fault).toBe(fault.name);
    const end = providers.timeline.events.find(ofKind('provider.end'));
    // Who is kept waiting, or fed rubbish, leaves first.
    expect(end?.by).toBe(/^(silence|garbage)/.test(fault.name) ? 'gateway' : 'provider');
  },
);

test('a refresh token works once over the wire and is then refused in the words of the thread', async () => {
  await using providers = await startProviders();
  const seen = await providers.fromInside(`
    const refresh = async () => {
      const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: process.env.REFRESH });
      const response = await fetch('https://auth.openai.com/oauth/token', { method: 'POST', body });
      return { status: response.status, ...(await response.json()) };
    };
    const first = await refresh();
    say([first.status, typeof first.refresh_token, await refresh()]);
  `);
  expect(seen).toEqual([
    200,
    'string',
    { status: 401, error: expect.objectContaining({ code: 'refresh_token_reused' }) },
  ]);
  const redeemed = providers.timeline.events.filter(ofKind('token.redeemed'));
  expect(redeemed.map(({ presented, result }) => `${presented} ${result}`)).toEqual([
    'RT1 rotated',
    'RT1 reused',
  ]);
});

test('a fault in place of the answer leaves the refresh token as it was', async () => {
  await using providers = await startProviders({ auth: [faults.status(503, {}), faults.reply()] });
  const seen = await providers.fromInside(`
    const form = 'grant_type=refresh_token&refresh_token=' + process.env.REFRESH;
    const post = async () => (await fetch('https://auth.openai.com/oauth/token', { method: 'POST', body: form })).status;
    say([await post(), await post()]);
  `);
  expect(seen).toEqual([503, 200]);
  const results = providers.timeline.events.filter(ofKind('token.redeemed')).map(({ result }) => result);
  expect(results).toEqual(['unanswered', 'rotated']);
});

test('unknown paths and wrong credentials are refused as the services refuse them', async () => {
  await using providers = await startProviders();
  const seen = await providers.fromInside(`
    const wrongPath = await fetch('https://chatgpt.com/backend-api/v1/codex/responses', { method: 'POST', body });
    const wrongToken = await ask({ headers: { authorization: 'Bearer nonsense' } });
    const wrongKey = await fetch('https://api.x.ai/v1/responses', { method: 'POST', body });
    say([wrongPath.status, wrongPath.headers.get('content-type'), wrongToken.status, wrongKey.status]);
  `);
  expect(seen).toEqual([403, 'text/html; charset=UTF-8', 401, 400]);
  const wrongPath = providers.timeline.events.find(ofKind('provider.request'));
  expect(wrongPath).toMatchObject({ purpose: 'unknown-path', nonce: '0000abcd' });
});

test('nothing but the mocks can be reached, and every refusal is written down', async () => {
  await using providers = await startProviders();
  const seen = await providers.fromInside(`
    import dns from 'node:dns/promises';
    import net from 'node:net';
    import dgram from 'node:dgram';
    const socket = (options) => tried(() => new Promise((resolve, reject) =>
      net.connect(options).on('connect', resolve).on('error', reject)));
    const datagram = () => tried(() => new Promise((resolve, reject) =>
      dgram.createSocket('udp4').send('x', 53, '9.9.9.9', (error) => error ? reject(error) : resolve())));
    say([
      await tried(() => fetch('https://example.com/')),
      await tried(() => fetch('http://169.254.169.254/latest/meta-data/')),
      await tried(() => dns.lookup('example.org')),
      await tried(() => dns.resolveTxt('example.net')),
      await socket({ host: '10.0.0.1', port: 22 }),
      await socket({ host: '127.0.0.1', port: 9 }),
      await datagram(),
      (await dns.lookup('api.x.ai')).address,
    ]);
    process.exit();
  `);
  expect(seen).toMatchObject([
    { cause: 'ENOTFOUND' },
    { cause: 'ECONNREFUSED' },
    { cause: 'ENOTFOUND' },
    { cause: 'ENOTFOUND' },
    { cause: 'ECONNREFUSED' },
    { cause: 'ECONNREFUSED' },
    { cause: 'ENETUNREACH' },
    '104.18.32.47',
  ]);
  expect(providers.refused().map(({ destination }) => destination)).toEqual([
    'example.com:443',
    '169.254.169.254:80',
    'example.org',
    'example.net',
    '10.0.0.1:22',
    '127.0.0.1:9',
    '9.9.9.9',
  ]);
});

test('children, workers and odd spellings find the network closed as well', async () => {
  await using providers = await startProviders();
  const seen = await providers.fromInside(`
    import { execFileSync, spawn } from 'node:child_process';
    import { once } from 'node:events';
    import net from 'node:net';
    import { text } from 'node:stream/consumers';
    import { Worker } from 'node:worker_threads';
    const code = "fetch('https://example.com/').catch((e) => e.cause?.code)";
    const child = spawn(process.execPath, ['-e', code + '.then(console.log)'], { env: {} });
    const worker = new Worker(code + ".then((c) => process.getBuiltinModule('node:worker_threads').parentPort.postMessage(c))", { eval: true });
    const told = once(worker, 'message');
    const socket = (...args) => tried(() => new Promise((resolve, reject) =>
      new net.Socket().connect(...args).on('connect', resolve).on('error', reject)));
    say([
      (await text(child.stdout)).trim(),
      (await told)[0],
      (await socket('0x130b', '10.0.0.1')).cause,
      (await socket({ path: '/var/run/docker.sock' })).cause,
    ]);
    process.exit();
  `);
  expect(seen).toEqual(['ENOTFOUND', 'ENOTFOUND', 'ECONNREFUSED', 'ECONNREFUSED']);
});

test('a gateway without its network plan does not start', async () => {
  const child = spawn(process.execPath, ['-e', 'console.log("ran")'], {
    env: { NODE_OPTIONS: `--import=${preload}` },
  });
  const [out, error] = await Promise.all([text(child.stdout), text(child.stderr)]);
  expect(out).toBe('');
  expect(error).toContain('must not run with an open network');
});
