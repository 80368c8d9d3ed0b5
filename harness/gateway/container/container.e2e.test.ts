import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { pack } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { Batch } from '#harness/batch/batch.ts';
import { run } from '#harness/run/run.ts';
import { loadLibrary, select } from '#harness/scenario/library.ts';
import { parseScenario } from '#harness/scenario/scenario.ts';
import { clearLeftovers } from '#harness/store/run-folder.ts';
import { VersionStore } from '#harness/store/version-store.ts';
import type { Gateway } from '../gateway.ts';
import { resolveGateway } from '../resolve.ts';
import { type Container, type Engine, findEngine } from './engine.ts';
import { copyIn } from './files.ts';
import { probeImage } from './image.ts';
import { clearContainers } from './leftovers.ts';

const VERSION = '2026.4.14';
const baseImage = process.env.OPENCLAW_REPRO_BASE_IMAGE ?? 'node:24-slim';
const { engine, why } = await findEngine().then(
  (found) => ({ engine: found, why: '' }),
  (error: Error) => ({ engine: undefined, why: error.message }),
);
if (!engine) {
  const sentence = `The tests in containers are skipped: ${why}`;
  // Where an engine has to be there, nothing is skipped.
  if (process.env.OPENCLAW_REPRO_NEEDS_ENGINE) throw new Error(sentence);
  console.warn(sentence);
}

const versions = new VersionStore();
const never = new AbortController().signal;
const quiet = () => undefined;

describe.skipIf(!engine)(`the real openclaw ${VERSION} in a container`, () => {
  const { client } = engine as Engine;
  const docker = client?.container.dockerode;
  let folder: string;
  let runs: string;
  let gateway: Gateway;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'openclaw-repro-test-'));
    runs = join(folder, 'runs');
    await clearContainers(engine as Engine);
    gateway = await resolveGateway(VERSION, {
      engine,
      baseImage,
      store: versions,
      progress: quiet,
      signal: never,
    });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** All that an engine can be left with. */
  async function inventory(): Promise<string[]> {
    const [containers, { Volumes }, networks] = await Promise.all([
      docker.listContainers({ all: true }),
      docker.listVolumes(),
      docker.listNetworks(),
    ]);
    return [
      ...containers.map(({ Id }) => Id),
      ...(Volumes ?? []).map(({ Name }) => Name),
      ...networks.map(({ Id }) => Id),
    ].toSorted();
  }

  /** An image made from the base for one test. */
  async function imageWith(
    files: { [path: string]: string },
    changes: string[],
    fill: (container: Container) => Promise<unknown> = async () => undefined,
  ): Promise<string> {
    const repo = 'openclaw-repro-test';
    const tag = Math.random().toString(36).slice(2);
    const container = await docker.createContainer({ Image: baseImage });
    try {
      await copyIn(container, '/', { files, own: { files: {}, folders: [], links: {}, uid: 0 } });
      await fill(container);
      await container.commit({ repo, tag, changes });
    } finally {
      await container.remove();
    }
    onTestFinished(() => docker.getImage(`${repo}:${tag}`).remove({ force: true }));
    return `${repo}:${tag}`;
  }

  const scenario = (script: Parameters<typeof parseScenario>[1] & object = {}) =>
    parseScenario('gateway/x', { title: 'x', script: async () => undefined, ...script });

  test('passes the controls and hangs where its streams are cut', async () => {
    const before = await inventory();
    const scenarios = select(await loadLibrary(), ['control', 'stream/terminated-mid-reply']);
    const batch = new Batch({ jobs: 2, signal: never, play: { runs }, seed: 'e2e' });
    const records = await batch.all(scenarios.map((one) => ({ scenario: one, gateway })));
    const cut = records.pop();
    expect(records.map(({ outcome, verdict }) => `${outcome}: ${verdict}`)).toEqual(
      records.map(() => expect.stringMatching(/^clean/)),
    );
    expect(cut, cut?.verdict).toMatchObject({ outcome: 'reproduced', gateway: { runtime: 'container' } });
    expect(cut?.turns.map(({ ending, stage }) => `${ending} at ${stage}`)).toEqual([
      'never at streaming',
      'never at streaming',
    ]);
    expect(cut?.refused).not.toEqual({});
    expect(cut?.cpu.gatewayMs).toBeGreaterThan(5_000);
    expect(await inventory()).toEqual(before);
  });

  test('reaches the mocks and nothing else', async () => {
    const outside = createServer((_request, response) => response.end('reached'));
    await new Promise<void>((resolve) => outside.listen(0, '0.0.0.0', resolve));
    onTestFinished(() => void outside.close());
    const { port } = outside.address() as AddressInfo;
    const addresses = ['127.0.0.1', '172.17.0.1', '10.0.0.1', '169.254.169.254', '1.1.1.1'];
    let tried: unknown;
    const look = scenario({
      script: async () => {
        const [info] = await docker.listContainers({ filters: { label: [`openclaw-repro.run`] } });
        tried = await askInside(info?.Id ?? '', port, addresses);
      },
    });
    const { error } = await run(look, gateway, { runs, seed: 'e2e', signal: never });
    expect(error).toBeUndefined();
    expect(tried).toEqual({
      interfaces: ['lo'],
      // Paths that the real service does not have are refused as it refuses them.
      mocks: expect.stringMatching(/^HTTP\/1\.1 403 /),
      reached: [],
      udp: 'ENETUNREACH',
      writable: [],
      user: 1000,
      capabilities: '0000000000000000',
      privileges: '1',
    });
  });

  /** Asked without the closed network of our own: what holds here, holds for every program. */
  async function askInside(id: string, port: number, addresses: string[]): Promise<unknown> {
    const question = `
      const { connect } = require('node:net'), tls = require('node:tls'), fs = require('node:fs');
      const reach = (host, port) => new Promise((resolve) => {
        const socket = connect({ host, port, timeout: 2000 });
        socket.on('connect', () => resolve(host + ':' + port)).on('error', () => resolve()).on('timeout', () => resolve());
      });
      const udp = () => new Promise((resolve) => require('node:dgram').createSocket('udp4')
        .send('x', 53, '1.1.1.1', (error) => resolve(error ? error.code : 'sent')));
      const mocks = () => new Promise((resolve) => {
        const socket = tls.connect({ port: 8443, servername: 'auth.openai.com', rejectUnauthorized: false }, () =>
          socket.write('GET /nowhere HTTP/1.1\\r\\nhost: auth.openai.com\\r\\nconnection: close\\r\\n\\r\\n'));
        let text = ''; socket.on('data', (chunk) => text += chunk).on('end', () => resolve(text)).on('error', (e) => resolve(e.code));
      });
      const canWrite = (path) => { try { fs.writeFileSync(path + '/x', ''); return [path]; } catch { return []; } };
      (async () => console.log('answer: ' + JSON.stringify({
        interfaces: Object.keys(require('node:os').networkInterfaces()),
        mocks: await mocks(),
        reached: (await Promise.all(${JSON.stringify(addresses)}.flatMap((host) =>
          [${port}, 22, 53, 80, 443].map((port) => reach(host, port))))).filter(Boolean),
        udp: await udp(),
        writable: ['/', '/openclaw', '/repro', '/etc', '/usr/local/bin', '/repro/harness'].flatMap(canWrite),
        user: process.getuid(),
        capabilities: /CapEff:\\s*(\\w+)/.exec(fs.readFileSync('/proc/self/status', 'utf8'))[1],
        privileges: /NoNewPrivs:\\s*(\\d)/.exec(fs.readFileSync('/proc/self/status', 'utf8'))[1],
      })) || process.exit())();`;
    const { stdout } = await client.container.exec(docker.getContainer(id), ['node', '-e', question], {
      env: { NODE_OPTIONS: '' },
    });
    const [, answer = 'null'] = /^answer: (.*)$/m.exec(stdout) ?? [];
    return JSON.parse(answer);
  }

  test('ten aborted starts leave no container, no network, no volume', async () => {
    const before = await inventory();
    const delays = [0, 20, 60, 120, 200, 350, 500, 800, 1_500, 3_000];
    for (const ms of delays) {
      const aborted = run(scenario(), gateway, { runs, seed: 'e2e', signal: AbortSignal.timeout(ms) });
      await expect(aborted).rejects.toThrow(/timeout/);
    }
    expect(await inventory()).toEqual(before);
    expect(readdirSync(runs)).toEqual([]);
  });

  test('what a killed harness left is removed by the next one, and nothing else', async () => {
    const before = await inventory();
    const bin = fileURLToPath(new URL('../../openclaw-repro.mjs', import.meta.url));
    const args = ['run', 'control/healthy-codex', '--gateway', VERSION, '--runtime', 'container'];
    const harness = spawn(process.execPath, [bin, ...args, '--base-image', baseImage, '--output', folder], {
      stdio: 'ignore',
    });
    const running = () => docker.listContainers({ filters: { label: ['openclaw-repro.run'] } });
    const gatewayOf = async () =>
      (await running()).find(({ Labels }) => Labels['openclaw-repro.run'] !== 'probe');
    await expect.poll(gatewayOf, { timeout: 60_000 }).toBeDefined();
    // It belongs to a harness that lives.
    expect(await clearContainers(engine as Engine)).toEqual([]);
    harness.kill('SIGKILL');
    await new Promise((resolve) => harness.once('exit', resolve));
    expect((await running()).length).toBeGreaterThan(0);
    const bystander = await docker.createContainer({ Image: baseImage });
    expect(await clearContainers(engine as Engine)).toHaveLength(1);
    await bystander.remove();
    // Its folder lies in the user's store.
    clearLeftovers(versions.runs);
    expect(await inventory()).toEqual(before);
  });

  const ownImage = (image: string) =>
    resolveGateway(`image:${image}`, { engine, store: versions, progress: quiet, signal: never });

  test('a gateway that runs out of memory, or ends at once, is untestable, each with its reason', async () => {
    const greedy = `
      console.error('loading');
      const kept = [];
      setInterval(() => kept.push(Buffer.alloc(16 * 1024 * 1024, 1)), 10);`;
    for (const [launcher, verdict, line] of [
      [greedy, 'The gateway ran out of memory before it answered the web chat.', 'loading'],
      [
        'console.error("Config invalid"); process.exit(78)',
        'The gateway ended before it answered the web chat.',
        'Config invalid',
      ],
    ] as const) {
      const manifest = JSON.stringify({ name: 'openclaw', version: VERSION });
      const image = await imageWith({ 'app/package.json': manifest, 'app/openclaw.mjs': launcher }, [
        'WORKDIR /app',
      ]);
      const before = await inventory();
      const limited = scenario({ setup: { memoryMb: 128 } });
      const record = await run(limited, await ownImage(image), { runs, seed: 'e2e', signal: never });
      expect(record).toMatchObject({
        outcome: 'untestable',
        verdict,
        error: { code: 'BOOT_FAILED', logTail: [line] },
      });
      expect(await inventory()).toEqual(before);
    }
  });

  test('an image that is missing, for another machine, without Node, or without OpenClaw is told apart', async () => {
    const probe = (reference: string) => probeImage(engine as Engine, reference, quiet);
    // A registry on loopback that has nothing.
    const registry = createServer((_request, response) => response.writeHead(404).end('{"errors":[]}'));
    await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void registry.close());
    const missing = `127.0.0.1:${(registry.address() as AddressInfo).port}/openclaw:none`;
    await expect(probe(missing)).rejects.toMatchObject({ code: 'IMAGE_MISSING', exitCode: 128 });
    await expect(probe('Not a name')).rejects.toMatchObject({ code: 'IMAGE_MISSING', exitCode: 128 });

    const foreign = await imageForOtherMachine();
    await expect(probe(foreign)).rejects.toMatchObject({ code: 'WRONG_ARCHITECTURE', exitCode: 125 });

    const withoutNode = await imageWith({}, ['ENV PATH=/nowhere']);
    await expect(probe(withoutNode)).rejects.toMatchObject({ code: 'IMAGE_UNUSABLE', exitCode: 125 });

    await expect(ownImage(baseImage)).rejects.toMatchObject({
      code: 'NOT_A_GATEWAY',
      exitCode: 128,
    });
  });

  /** As `docker save` writes an image: one empty layer, and a configuration that names another processor. */
  async function imageForOtherMachine(): Promise<string> {
    const name = 'openclaw-repro-test:foreign';
    const layer = Buffer.alloc(1024);
    const digest = createHash('sha256').update(layer).digest('hex');
    const architecture = engine?.architecture === 'arm64' ? 'amd64' : 'arm64';
    const config = { architecture, os: 'linux', rootfs: { type: 'layers', diff_ids: [`sha256:${digest}`] } };
    const archive = pack();
    archive.entry({ name: 'layer.tar' }, layer);
    archive.entry({ name: 'config.json' }, JSON.stringify(config));
    const manifest = [{ Config: 'config.json', RepoTags: [name], Layers: ['layer.tar'] }];
    archive.entry({ name: 'manifest.json' }, JSON.stringify(manifest));
    archive.finalize();
    await text(await docker.loadImage(Readable.from(archive)));
    onTestFinished(() => docker.getImage(name).remove());
    return name;
  }

  test('an image that brings its own package runs, whatever it says of where state should lie', async () => {
    const image = await officialLookalike();
    const own = await ownImage(image);
    expect(own).toMatchObject({
      version: VERSION,
      build: { runtime: 'container', image: expect.stringContaining(image) },
    });
    const [healthy] = select(await loadLibrary(), ['control/healthy-codex']);
    if (!healthy) throw new Error('control/healthy-codex is missing');
    const record = await run(healthy, own, { runs, seed: 'e2e', signal: never });
    expect(record.outcome, record.verdict).toBe('clean');
  });

  /** As the official image is made: the package is the working directory. */
  async function officialLookalike(): Promise<string> {
    const { folder: prepared } = await versions.prepare(VERSION, quiet);
    const changes = [
      'WORKDIR /app/node_modules/openclaw',
      'ENV OPENCLAW_STATE_DIR=/home/node/.openclaw',
      'USER node',
    ];
    const copy = (id: string) =>
      `tar -C ${prepared} --hard-dereference --transform 's,^,app/,' -c node_modules | docker cp - ${id}:/`;
    return imageWith({}, changes, ({ id }) => promisify(execFile)('sh', ['-c', copy(id)]));
  }
});
