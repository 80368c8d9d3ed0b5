import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';

let folder: string;
let stranger: Server;
let reached = 0;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'openclaw-repro-test-'));
  reached = 0;
  stranger = createServer((socket) => {
    reached += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  await new Promise((resolve) => stranger.close(resolve));
  rmSync(folder, { recursive: true });
});

/** Runs a program as the gateway is run. `CALL` is a script that calls a port which is not the gateway's own. */
async function runGuarded(program: string): Promise<string[]> {
  const log = join(folder, 'egress.jsonl');
  writeFileSync(log, '');
  const { port } = stranger.address() as { port: number };
  const network = {
    hosts: { 'api.x.ai': '104.18.32.47' },
    mock: { host: '127.0.0.1', port: 1 },
    loopback: [1, 1],
    log,
  };
  const call = `require('node:net').connect(${port}, '127.0.0.1').on('error', () => {})`;
  const path = join(folder, 'program.mjs');
  writeFileSync(
    path,
    `import cp, * as named from 'node:child_process';
     const CALL = ${JSON.stringify(call)}; const node = process.execPath; const quiet = { stdio: 'ignore' };
     ${program}`,
  );
  await promisify(execFile)(process.execPath, [path], {
    env: {
      NODE_OPTIONS: `--import=${new URL('./closed-network.mjs', import.meta.url).href}`,
      OPENCLAW_REPRO_NETWORK: JSON.stringify(network),
    },
  });
  const lines = readFileSync(log, 'utf8').trim().split('\n');
  return lines.filter(Boolean).map((line) => JSON.parse(line).destination.replace(/\d+$/, 'port'));
}

test.each([
  ['spawn', `cp.spawn(node, ['-e', CALL], { env: {} })`],
  ['execFile, by its own name', `named.execFile(node, ['-e', CALL], { env: {} }, () => {})`],
  ['spawnSync', `cp.spawnSync(node, ['-e', CALL], { ...quiet, env: {} })`],
  ['spawnSync, by its own name', `named.spawnSync(node, ['-e', CALL], { env: {} })`],
  [
    'spawnSync without arguments',
    `cp.spawnSync('"$0" -e "$CALL"'.replace('$0', node), { shell: true, env: { CALL } })`,
  ],
  ['execFileSync', `cp.execFileSync(node, ['-e', CALL], { ...quiet, env: {} })`],
  ['execSync', `cp.execSync('"' + node + '" -e "$CALL"', { ...quiet, env: { CALL } })`],
  [
    'spawnSync, once the own environment is emptied',
    `delete process.env.NODE_OPTIONS; cp.spawnSync(node, ['-e', CALL])`,
  ],
  [
    'a worker',
    `const { Worker } = await import('node:worker_threads');
     new Worker('require("node:child_process").spawn(process.execPath, ["-e", ' + JSON.stringify(CALL) + '], { env: {} })', { eval: true });`,
  ],
  [
    'a worker from a file, whose environment was emptied',
    `const { Worker } = await import('node:worker_threads'); const { writeFileSync } = await import('node:fs');
     const path = import.meta.dirname + '/worker.mjs';
     writeFileSync(path, 'import cp from "node:child_process"; cp.spawn(process.execPath, ["-e", ' + JSON.stringify(CALL) + '])');
     new Worker(path, { env: {} });`,
  ],
  [
    'execve',
    `process.execve ? process.execve(node, [node, '-e', CALL], {}) : eval(CALL.replace('require', 'process.getBuiltinModule'))`,
  ],
])('a child started by %s has the closed network too', async (_how, program) => {
  expect(await runGuarded(program)).toEqual(['127.0.0.1:port']);
  expect(reached).toBe(0);
});

test('what a synchronous child prints, and how it fails, is as ever', async () => {
  const checks = `
    const same = (a, b) => { if (a !== b) throw new Error(a + ' is not ' + b); };
    same(cp.spawnSync(node, ['-p', '1 + 1'], { encoding: 'utf8' }).stdout, '2\\n');
    same(cp.spawnSync(node, ['-p', 'process.env.MINE'], { encoding: 'utf8', env: { MINE: 'x' } }).stdout, 'x\\n');
    same(cp.execFileSync(node, ['-p', '3'], { encoding: 'utf8' }), '3\\n');
    same(cp.execSync('echo out').toString(), 'out\\n');
    let status; try { cp.execFileSync(node, ['-e', 'process.exit(3)'], quiet) } catch (error) { status = error.status }
    same(status, 3);
    same(cp.spawnSync('no-such-program').error.code, 'ENOENT');
  `;
  expect(await runGuarded(checks)).toEqual([]);
});

test('an imitated host has one IPv4 address, and any other name none, as Node says it', async () => {
  const checks = `
    import dns from 'node:dns'; import assert from 'node:assert/strict'; import { promisify } from 'node:util';
    const { lookup } = dns.promises; const asked = promisify(dns.lookup);
    assert.deepEqual(await lookup('api.x.ai'), { address: '104.18.32.47', family: 4 });
    assert.deepEqual(await asked('API.x.ai.', { all: true, family: 4 }), [{ address: '104.18.32.47', family: 4 }]);
    const unknown = (hostname) => ({ message: 'getaddrinfo ENOTFOUND ' + hostname, code: 'ENOTFOUND', errno: -3008, syscall: 'getaddrinfo', hostname });
    await assert.rejects(lookup('api.x.ai', 6), unknown('api.x.ai'));
    assert.deepEqual(await dns.promises.resolve4('api.x.ai', { ttl: true }), [{ address: '104.18.32.47', ttl: 300 }]);
    assert.deepEqual(await promisify(dns.resolve)('api.x.ai', 'A'), ['104.18.32.47']);
    const none = { message: 'queryAaaa ENODATA api.x.ai', code: 'ENODATA', errno: undefined, syscall: 'queryAaaa', hostname: 'api.x.ai' };
    await assert.rejects(promisify(dns.resolve6)('api.x.ai'), none);
    await assert.rejects(new dns.promises.Resolver().resolve('api.x.ai', 'AAAA'), none);
    await assert.rejects(lookup('elsewhere.test'), unknown('elsewhere.test'));
    await assert.rejects(asked('elsewhere.test', { all: true }), unknown('elsewhere.test'));
  `;
  expect(await runGuarded(checks)).toEqual(['elsewhere.test', 'elsewhere.test']);
});
