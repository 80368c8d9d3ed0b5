import { connect } from 'node:net';
import { homedir } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { ContainerRuntimeClient } from 'testcontainers';
import { errnoOf, HarnessError, messageOf } from '#harness/base/error.ts';
import type { ErrorCode } from '#harness/base/error-codes.ts';

/** A container engine that answers. */
export interface Engine {
  client: ContainerRuntimeClient;
  /** `Docker 28.2.2`, `Podman 5.4.2` */
  name: string;
  /** As images name it: `amd64`, `arm64`. */
  architecture: string;
  /** Labels that let the engine's own reaper end what we started, where it has one. */
  labels: { [name: string]: string };
}

export type Docker = ContainerRuntimeClient['container']['dockerode'];
export type Container = ReturnType<Docker['getContainer']>;

/**
 * Finds the engine as testcontainers does: DOCKER_HOST, its properties file, the usual sockets.
 * @throws HarnessError `NO_ENGINE`, `ENGINE_DENIED` or `ENGINE_DOWN`
 */
export async function findEngine(): Promise<Engine> {
  // Half a second to load: only who wants a container pays for it.
  const { getContainerRuntimeClient } = await import('testcontainers');
  const client = await getContainerRuntimeClient().catch(async (error: unknown) => {
    throw await noEngine(error);
  });
  const docker = client.container.dockerode;
  const { Components, Version, Arch } = (await docker.version()) as EngineVersion;
  const engine = Components?.find(({ Name }) => /engine/i.test(Name));
  const name = `${/podman/i.test(engine?.Name ?? '') ? 'Podman' : 'Docker'} ${engine?.Version ?? Version}`;
  return { client, name, architecture: Arch, labels: await reaperLabels(client) };
}

interface EngineVersion {
  Version: string;
  Arch: string;
  Components?: { Name: string; Version: string }[];
}

/**
 * Ryuk, testcontainers' reaper, ends what a killed harness left while nobody starts another one. It is used where its
 * image is at hand, and never pulled; without it the next start cleans up.
 */
async function reaperLabels(client: ContainerRuntimeClient): Promise<Engine['labels']> {
  if (process.env.TESTCONTAINERS_RYUK_DISABLED === 'true') return {};
  const images = await client.container.dockerode.listImages();
  const ryuk = images
    .flatMap(({ RepoTags }) => RepoTags ?? [])
    .find((tag) => /(^|\/)testcontainers\/ryuk:/.test(tag));
  if (!ryuk) return {};
  process.env.RYUK_CONTAINER_IMAGE ??= ryuk;
  const { getReaper, LABEL_TESTCONTAINERS_SESSION_ID } = await import('testcontainers');
  const { sessionId } = await getReaper(client);
  return { [LABEL_TESTCONTAINERS_SESSION_ID]: sessionId };
}

/** Why nothing answered: testcontainers itself only says that nothing did. */
async function noEngine(cause: unknown): Promise<HarnessError> {
  const { DOCKER_HOST: host } = process.env;
  const sockets = host ? [host].filter((url) => url.startsWith('unix:')).map(fileOf) : USUAL;
  const tried = await Promise.all(
    sockets.map(async (path) => ({ path, code: errnoOf(await failureOf(path)) })),
  );
  return explain(tried, host, cause);
}

/** @param tried the sockets, each with the system's code for why it could not be used */
export function explain(
  tried: readonly { path: string; code: string | undefined }[],
  host?: string,
  cause?: unknown,
): HarnessError {
  const denied = tried.find(({ code }) => code === 'EACCES' || code === 'EPERM');
  const down = tried.find(({ code }) => code === 'ECONNREFUSED');
  const [code, message, advice]: [ErrorCode, string, string] = denied
    ? [
        'ENGINE_DENIED',
        `A container engine is there, but you may not use ${denied.path}.`,
        'Add yourself to the group that owns it (`sudo usermod -aG docker $USER`, then sign in again), use a rootless engine, or --runtime process.',
      ]
    : down || host
      ? [
          'ENGINE_DOWN',
          `No container engine answers at ${host ? `${host} (DOCKER_HOST)` : down?.path}.`,
          'Start it, correct DOCKER_HOST, or use --runtime process.',
        ]
      : [
          'NO_ENGINE',
          'There is no container engine on this machine.',
          'Install Docker or Podman and start it, or use --runtime process.',
        ];
  return new HarnessError(code, message, advice, { cause });
}

const USUAL = [
  '/var/run/docker.sock',
  `${homedir()}/.docker/run/docker.sock`,
  `${process.env.XDG_RUNTIME_DIR ?? `/run/user/${process.getuid?.() ?? 0}`}/docker.sock`,
];

function fileOf(url: string): string {
  try {
    return fileURLToPath(url.replace(/^unix:/, 'file:'));
  } catch {
    return url;
  }
}

const failureOf = (path: string): Promise<unknown> =>
  new Promise((resolve) => {
    const socket = connect(path);
    socket.once('error', resolve);
    socket.once('connect', () => {
      socket.destroy();
      resolve(undefined);
    });
  });

/** The HTTP status of the engine's refusal. */
export const statusOf = (error: unknown): number | undefined =>
  (error as { statusCode?: number } | undefined)?.statusCode;

/** What the engine said, in one line. */
export function said(error: unknown): string {
  const { json } = (error ?? {}) as { json?: { message?: unknown } };
  return (typeof json?.message === 'string' ? json.message : messageOf(error)).trim();
}
