import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { ofKind } from '#harness/timeline/timeline.ts';
import * as faults from './faults.ts';
import { replyTo } from './marks.ts';
import { preload, startProviders } from './testing/providers.ts';

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
    '104.18.32.49',
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

test('the call that sums a conversation up is told from a reply, is about no message, and has faults of its own', async () => {
  await using providers = await startProviders({ 'codex:compaction': [faults.status(503, {})] });
  const seen = await providers.fromInside(`
    const instructions = 'You are a context summarization assistant. Your task is to read a conversation';
    const summing = JSON.stringify({ ...JSON.parse(body), instructions });
    const summed = await ask({ body: summing });
    const alone = await ask({ body: summing.replaceAll('0000abcd', '') });
    const replied = await ask();
    say([summed.status, alone.status, replied.status]);
  `);
  expect(seen).toEqual([503, 503, 200]);
  const requests = providers.timeline.events.filter(ofKind('provider.request'));
  expect(requests.map(({ purpose, nonce }) => [purpose, nonce])).toEqual([
    ['compaction', undefined],
    ['compaction', undefined],
    ['turn', '0000abcd'],
  ]);
});
