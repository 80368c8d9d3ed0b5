import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { processesOf } from '#harness/base/processes.ts';
import { run } from '#harness/run/run.ts';
import { parseScenario } from '#harness/scenario/scenario.ts';
import { CLI_TIMEOUT } from '../gateway.ts';
import { ProcessGateway } from './process-gateway.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'openclaw-repro-test-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A package whose launcher does as it is told, for what no published version does on demand. */
function packageThat(script: string, version = '2026.4.14'): ProcessGateway {
  const entry = join(folder, 'openclaw.mjs');
  writeFileSync(entry, script);
  return new ProcessGateway({
    version,
    folder,
    entry,
    stageBundledDeps: false,
    build: { integrity: 'sha512-x' },
    compileCache: join(folder, 'cache'),
  });
}

const scenario = parseScenario('stream/x', {
  title: 'x',
  script: (page: { session(): { say(t: string): unknown } }) => page.session().say('Hello'),
});
const options = { runs: '', seed: 's', signal: new AbortController().signal };

test('a gateway that ends while it starts is untestable, with the tail of its log', async () => {
  const gateway = packageThat(`console.error('Config invalid: gateway.mode'); process.exit(78)`);
  const record = await run(scenario, gateway, { ...options, runs: folder });
  expect(record).toMatchObject({
    outcome: 'untestable',
    verdict: 'The gateway ended before it answered the web chat.',
    error: { code: 'BOOT_FAILED', logTail: ['Config invalid: gateway.mode'] },
  });
  expect(record.timeline.at(-1)).toMatchObject({ kind: 'gateway.exit', code: 78 });
});

test('a gateway that never answers is untestable, and it and its children are ended', async () => {
  const gateway = packageThat(`
    import { spawn } from 'node:child_process';
    spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => {}); setTimeout(() => {}, 60000)'], { detached: true });
    process.on('SIGTERM', () => {});
    console.log('still loading');
    setTimeout(() => {}, 60_000);
  `);
  let seen = '';
  const record = await run(scenario, gateway, {
    ...options,
    runs: folder,
    bootTimeoutMs: 1_000,
    keep: (path) => {
      seen = path.split('/').at(-1) ?? '';
    },
  });
  expect(record).toMatchObject({
    outcome: 'untestable',
    error: { code: 'NOT_READY', logTail: ['still loading'] },
  });
  expect(processesOf(seen)).toEqual([]);
});

test('sees nothing of the environment that the harness was started in', async () => {
  process.env.SOME_SECRET_KEY = 'sk-live-of-the-user';
  const gateway = packageThat(`console.log(Object.keys(process.env).join(' ')); process.exit(1)`);
  const record = await run(scenario, gateway, { ...options, runs: folder });
  delete process.env.SOME_SECRET_KEY;
  expect(record.error?.logTail.join()).toContain('OPENCLAW_REPRO_RUN');
  expect(record.error?.logTail.join()).not.toContain('SOME_SECRET_KEY');
});

test('a log tail holds no secret of the run', async () => {
  const gateway = packageThat(`
    import { readFileSync } from 'node:fs';
    const { gateway } = JSON.parse(readFileSync(process.env.HOME + '/.openclaw/openclaw.json', 'utf8'));
    console.log('token is ' + gateway.auth.token);
    process.exit(1);
  `);
  const record = await run(scenario, gateway, { ...options, runs: folder });
  expect(record.error?.logTail).toEqual(['token is <GATEWAY-TOKEN>']);
});

test('takes another port when somebody was quicker', async () => {
  const gateway = packageThat(`
    import { existsSync, writeFileSync } from 'node:fs';
    const mark = ${JSON.stringify(join(folder, 'second-time'))};
    console.error(existsSync(mark) ? 'bad config' : 'listen EADDRINUSE: address already in use 127.0.0.1');
    writeFileSync(mark, '');
    process.exit(1);
  `);
  const record = await run(scenario, gateway, { ...options, runs: folder });
  expect(record.error?.logTail).toEqual(['bad config']);
});

test('lets doctor migrate the credentials first where an era wants it', async () => {
  const sayArguments = `console.log(process.argv.slice(2, 4).join(' '));`;
  const gateway = packageThat(
    `${sayArguments} if (process.argv[2] === 'gateway') process.exit(1);`,
    '2026.9.6',
  );
  const record = await run(scenario, gateway, { ...options, runs: folder });
  expect(record.error?.logTail).toEqual(['doctor --fix', 'gateway run']);
});

test('a command of the migration that fails, other than doctor, ends the gateway before it starts', async () => {
  const gateway = packageThat(
    `console.log(process.argv[2]); process.exit(process.argv[2] === 'gateway' ? 0 : 1);`,
    '2026.9.6',
  );
  const own = mkdtempSync(join(folder, 'own-'));
  const migration = [['doctor', '--fix'], ['models', 'auth', 'order', 'set'], ['never']];
  await using running = await gateway.start({ ...startIn(own), migration });
  await once(running.exited, 'abort');
  expect(running.logTail()).toEqual([
    'doctor',
    'models',
    'openclaw models auth order set failed before the start of the gateway',
  ]);
});

test('a command at a terminal has its questions answered with Enter, and finds none without', async () => {
  const gateway = packageThat(`
    import * as readline from 'node:readline';
    const { stdin } = process;
    if (process.argv[2] === 'gateway') setTimeout(() => {}, 60_000);
    else if (!stdin.isTTY) console.log('no terminal');
    else {
      readline.emitKeypressEvents(stdin, readline.createInterface({ input: stdin, terminal: true }));
      stdin.once('keypress', (text, { name }) => process.exit(text === '\\r' && name === 'return' ? 4 : 5));
      stdin.setRawMode(true);
    }
  `);
  const own = mkdtempSync(join(folder, 'own-'));
  await using running = await gateway.start(startIn(own));
  expect(await running.runCli(['login'])).toEqual({ code: 0, output: 'no terminal\n' });
  expect(await running.runCli(['login'], { terminal: true })).toMatchObject({ code: 4 });
});

test('changes a file in one step, and runs commands on the same state in the same closed network', async () => {
  const gateway = packageThat(`
    import { readFileSync } from 'node:fs';
    if (process.argv[2] === 'gateway') setTimeout(() => {}, 60_000);
    else {
      const seen = JSON.parse(readFileSync(process.env.HOME + '/.openclaw/x.json', 'utf8'));
      const reached = await fetch('https://example.com').then(() => 'out', () => 'refused');
      console.log(process.env.HOME, process.argv.slice(2).join(' '), JSON.stringify(seen), reached);
      process.exitCode = 3;
    }
  `);
  const own = mkdtempSync(join(folder, 'own-'));
  await using running = await gateway.start(startIn(own));
  await running.editFile('.openclaw/x.json', (text = '{}') => text.replace('1', '2'));
  await running.editFile('.new/y', (text) => String(text));
  const { code, output } = await running.runCli(['models', 'status']);
  expect({ code, output: output.trim() }).toEqual({ code: 3, output: '~ models status {"a":2} refused' });
  expect(readFileSync(join(own, 'home', '.new', 'y'), 'utf8')).toBe('undefined');
});

test('takes over a HOME and a port instead of making files', async () => {
  const gateway = packageThat('setTimeout(() => {}, 60_000);');
  const own = mkdtempSync(join(folder, 'own-'));
  mkdirSync(join(own, 'home/.openclaw'), { recursive: true });
  writeFileSync(join(own, 'home/.openclaw/x.json'), '{"b":2}');
  const { files: _made, ...kept } = startIn(own);
  await using running = await gateway.start({ ...kept, port: 20_456 });
  expect(running.url).toBe('ws://127.0.0.1:20456/');
  expect(readFileSync(join(own, 'home/.openclaw/x.json'), 'utf8')).toBe('{"b":2}');
});

test('waits no longer than the limit for a command whose child holds its output open', async () => {
  const gateway = packageThat(`
    import { spawn } from 'node:child_process';
    if (process.argv[2] === 'gateway') setTimeout(() => {}, 60_000);
    else {
      const left = ['-e', 'require("fs").writeFileSync("left", ""); setTimeout(() => {}, 60_000)'];
      spawn(process.execPath, left, { detached: true, stdio: 'inherit' }).unref();
    }
  `);
  const own = mkdtempSync(join(folder, 'own-'));
  await using running = await gateway.start(startIn(own));
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const run = running.runCli(['doctor']);
  while (!existsSync(join(own, 'home', 'workspace', 'left'))) await sleep(20);
  vi.advanceTimersByTime(CLI_TIMEOUT);
  vi.useRealTimers();
  expect(await run).toMatchObject({ code: null });
});

const startIn = (own: string) => ({
  folder: own,
  runId: `test-${own.split('-').at(-1)}`,
  files: () => ({ '.openclaw/x.json': '{"a":1}' }),
  mocks: { port: 1, ca: '', hosts: [], troubles: {}, troubled: () => undefined },
  token: 't',
  migration: [],
  record: () => ({ seq: 0, at: 0, kind: 'gateway.stopping' }) as const,
});
