import { z } from 'zod';
import { HarnessError } from '#harness/base/error.ts';
import { plain } from '#harness/base/plain.ts';
import { parseJson } from '#harness/openclaw/log-lines.ts';
import { type Container, type Engine, said } from './engine.ts';
import { ownLabels, removeContainer } from './leftovers.ts';

/** What a container of an image says of itself. */
const answer = z.object({
  node: z.string(),
  version: z.string().optional(),
  commit: z.string().optional(),
  entry: z.string().optional(),
});

/** How long `node -e` may take in a container. */
const ANSWER_TIMEOUT = 60_000;

/** Runs in the image. The official one has the package in its working directory. */
const QUESTION = `
const { existsSync, readFileSync } = require('node:fs');
const read = (path) => { try { return JSON.parse(readFileSync(path, 'utf8')); } catch { return {}; } };
const { name, version } = read('package.json');
const here = name === 'openclaw' && existsSync('openclaw.mjs');
console.log('answer: ' + JSON.stringify({
  node: process.versions.node,
  ...(here && { version, commit: read('dist/build-info.json').commit, entry: process.cwd() + '/openclaw.mjs' }),
}));`;

/** An image that was looked into. */
export interface ProbedImage extends z.infer<typeof answer> {
  reference: string;
  /** `<name>@<digest or id>` */
  exact: string;
  /** `NAME=value`, as the image sets them. */
  env: string[];
}

/**
 * Makes sure that an image is there and can be run, and asks a container of it what it holds.
 * @throws HarnessError `IMAGE_MISSING`, `WRONG_ARCHITECTURE` or `IMAGE_UNUSABLE`
 */
export async function probeImage(
  engine: Engine,
  reference: string,
  progress: (text: string) => void,
): Promise<ProbedImage> {
  const { client } = engine;
  const docker = client.container.dockerode;
  await fetchImage(engine, reference, progress);
  const { Architecture, Id, RepoDigests, Config } = await docker.getImage(reference).inspect();
  if (Architecture && Architecture !== engine.architecture) {
    throw new HarnessError(
      'WRONG_ARCHITECTURE',
      `The image ${reference} is made for ${Architecture}; ${engine.name} runs ${engine.architecture}.`,
      `Name an image for ${engine.architecture}.`,
    );
  }
  progress(`looking into ${reference}`);
  const output = await outputOf(engine, reference);
  const known = answer.safeParse(parseJson(/^answer: (.*)$/m.exec(output)?.[1] ?? '')).data;
  if (!known) throw unusable(reference, `it said: ${output.slice(0, 300) || 'nothing'}`);
  return { ...known, reference, exact: RepoDigests?.[0] ?? `${reference}@${Id}`, env: Config?.Env ?? [] };
}

async function outputOf({ client, labels }: Engine, reference: string): Promise<string> {
  const docker = client.container.dockerode;
  let container: Container | undefined;
  try {
    container = await docker.createContainer({
      Image: reference,
      Entrypoint: ['node'],
      Cmd: ['-e', QUESTION],
      // Its output then comes as it is, not in the engine's frames.
      Tty: true,
      Labels: { ...labels, ...ownLabels('probe') },
      HostConfig: { NetworkMode: 'none', ReadonlyRootfs: true, CapDrop: ['ALL'] },
    });
    await container.start();
    await container.wait({ abortSignal: AbortSignal.timeout(ANSWER_TIMEOUT) });
    return String(await container.logs({ follow: false, stdout: true, stderr: true })).trim();
  } catch (error) {
    throw unusable(reference, said(error));
  } finally {
    if (container) await removeContainer(docker, container.id);
  }
}

const unusable = (reference: string, why: string): HarnessError =>
  new HarnessError(
    'IMAGE_UNUSABLE',
    `The image ${reference} cannot run Node: ${why}.`,
    'A gateway needs an image with Node, such as `node:24-slim`, or the official one.',
  );

/** @throws HarnessError `IMAGE_MISSING` when it is neither here nor in a registry that can be reached */
async function fetchImage({ client }: Engine, reference: string, progress: (text: string) => void) {
  if (!/^[a-z0-9][\w.:/@-]{0,254}$/i.test(reference)) {
    throw new HarnessError(
      'IMAGE_MISSING',
      `Expected the name of an image, got "${plain(reference.slice(0, 80))}".`,
      'For example: ghcr.io/openclaw/openclaw:2026.4.14.',
    );
  }
  const { ImageName } = await import('testcontainers');
  const name = ImageName.fromString(reference);
  if (await client.image.exists(name)) return;
  progress(`pulling ${reference}: the first time this takes minutes`);
  try {
    await client.image.pull(name);
    // Podman reports a failed pull as one that worked.
    await client.container.dockerode.getImage(reference).inspect();
  } catch (error) {
    throw new HarnessError(
      'IMAGE_MISSING',
      `There is no image ${reference} here, and it cannot be pulled: ${said(error)}.`,
      'Correct the name, build or pull it yourself, or name another with --base-image.',
      { cause: error },
    );
  }
}
