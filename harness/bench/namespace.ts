import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HarnessError } from '#harness/base/error.ts';
import { publicLooking } from '#harness/gateway/environment.ts';
import type { Gateway, StartOptions } from '#harness/gateway/gateway.ts';
import { mockedHosts } from '#mocks/providers/index.ts';

/** Set in a process whose network is a namespace with nothing but loopback in it. */
const INSIDE = 'OPENCLAW_REPRO_BENCH_NAMESPACE';

export const isInside = (): boolean => process.env[INSIDE] === '1';

/**
 * Runs this program once more, with these arguments, where there is no network but loopback, on which the imitated hosts have
 * addresses of their own: a gateway without `closed-network.mjs` reaches the mocks by name and port 443 there, as it reaches
 * the real hosts elsewhere, and nothing else.
 * @returns its exit code
 * @throws HarnessError `NO_NAMESPACE`
 */
export function enterNamespace(args: readonly string[]): number {
  const folder = mkdtempSync(join(tmpdir(), 'openclaw-repro-bench-'));
  const hosts = join(folder, 'hosts');
  const addresses = mockedHosts.map((host, index) => ({ host, address: publicLooking(index) }));
  const lines = addresses.map(({ host, address }) => `${address} ${host}`);
  writeFileSync(hosts, ['127.0.0.1 localhost', '::1 localhost', ...lines, ''].join('\n'));
  const set = [
    'set -e',
    'ip link set lo up',
    ...addresses.map(({ address }) => `ip address add ${address}/32 dev lo`),
    `mount --bind '${hosts}' /etc/hosts`,
    // The log folder that all gateways of a machine share, the user's own too.
    'mkdir -p -m 700 /tmp/openclaw',
    'mount -t tmpfs tmpfs /tmp/openclaw',
    'exec "$@"',
  ].join('\n');
  const user = process.getuid?.() === 0 ? [] : ['--map-root-user'];
  const namespace = [
    'unshare',
    ...user,
    '--net',
    '--mount',
    '--pid',
    '--fork',
    '--kill-child',
    '--mount-proc',
  ];
  const [command = '', ...before] = [...namespace, 'sh', '-c', set, 'sh'];
  try {
    const works = spawnSync(command, [...before, 'true'], { encoding: 'utf8' });
    if (works.status !== 0) {
      throw new HarnessError(
        'NO_NAMESPACE',
        `No network namespace can be made here: ${works.stderr?.trim() || works.error?.message}`,
        'A gateway without our closed network must not run with an open one: run this as root on Linux, with iproute2 and util-linux.',
      );
    }
    const again = [process.execPath, ...process.execArgv, process.argv[1] ?? '', ...args];
    const { status } = spawnSync(command, [...before, ...again], {
      stdio: 'inherit',
      env: { ...process.env, [INSIDE]: '1' },
    });
    return status ?? 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A gateway without our preload, on the same files; the way to the mocks is the namespace's. */
export const bare = (gateway: Gateway, form: NonNullable<StartOptions['bare']>): Gateway => ({
  version: gateway.version,
  build: gateway.build,
  async start(options) {
    if (!isInside()) throw new Error('a gateway without a closed network needs a namespace');
    const way = createServer((client) => {
      const mocks = connect(options.mocks.port, '127.0.0.1');
      for (const [from, to] of [[client, mocks] as const, [mocks, client] as const])
        from
          .on('error', () => to.destroy())
          .on('close', () => to.destroy())
          .pipe(to);
    });
    await new Promise<void>((resolve, reject) => way.once('error', reject).listen(443, resolve));
    const running = await gateway.start({ ...options, bare: form });
    running.exited.addEventListener('abort', () => way.unref());
    const stop = running.stop.bind(running);
    running.stop = async () => {
      way.close();
      return stop();
    };
    return running;
  },
});
