import { join } from 'node:path';
import { HarnessError } from '#harness/base/error.ts';
import type { Progress, VersionStore } from '#harness/store/version-store.ts';
import { ContainerGateway } from './container/container-gateway.ts';
import { type Engine, findEngine } from './container/engine.ts';
import { type ProbedImage, probeImage } from './container/image.ts';
import type { Gateway, Runtime } from './gateway.ts';
import { checkoutAt } from './process/checkout.ts';
import { ProcessGateway } from './process/process-gateway.ts';

export interface ResolveOptions {
  /** Where containers run; without it the gateway is a process. */
  engine?: Engine | undefined;
  /** An image with Node that the package is mounted into, instead of the official image. */
  baseImage?: string | undefined;
  /** Called with why no image can be had when a process is to do instead; without it that is an error. */
  fallBack?: ((why: string) => void) | undefined;
  store: VersionStore;
  progress: Progress;
  signal: AbortSignal;
}

const OFFICIAL = 'ghcr.io/openclaw/openclaw';
const BASE = 'node:24-slim';
const IMAGE = 'image:';
const CHECKOUT = 'path:';

/**
 * The engine for a choice of runtime; none where a process is asked for, or is all that can be had.
 * @param say told in one line why `auto` means a process here
 */
export async function engineFor(
  runtime: Runtime | 'auto',
  say: (text: string) => void,
): Promise<Engine | undefined> {
  if (runtime === 'process') return undefined;
  try {
    return await findEngine();
  } catch (error) {
    if (runtime === 'container' || !(error instanceof HarnessError)) throw error;
    say(`${error.message} The gateway runs as a process.`);
    return undefined;
  }
}

/**
 * Makes the gateway that a name means ready to start.
 * @param name `2026.4.14`, a dist-tag (`latest`, `beta`), `image:<reference>`, or `path:<checkout>`
 * @throws HarnessError
 */
export async function resolveGateway(name: string, options: ResolveOptions): Promise<Gateway> {
  const { engine, store, progress, signal } = options;
  if (name.startsWith(CHECKOUT)) return checkoutGateway(name.slice(CHECKOUT.length), options);
  if (name.startsWith(IMAGE)) return imageGateway(name.slice(IMAGE.length), options);
  if (!/^[\w.-]{1,64}$/.test(name)) {
    throw new HarnessError(
      'UNKNOWN_GATEWAY',
      `Expected --gateway to be a version, a tag, an image or a checkout, got "${name.slice(0, 80)}".`,
      'For example: --gateway 2026.4.14, --gateway latest, --gateway image:my-openclaw:pr-123, or --gateway path:../openclaw.',
    );
  }
  progress(`looking for openclaw@${name}`);
  const prepare = () => store.prepare(name, progress, signal);
  if (!engine) return new ProcessGateway(await prepare());
  const image = await imageFor(name, engine, options);
  if (!image) return new ProcessGateway(await prepare());
  return image.version
    ? ContainerGateway.ofImage(engine, image)
    : ContainerGateway.ofPackage(engine, image, await prepare());
}

function checkoutGateway(path: string, { engine, fallBack, store }: ResolveOptions): Gateway {
  if (engine && !fallBack) {
    throw new HarnessError(
      'NEEDS_PROCESS',
      'A checkout can only run as a process.',
      'Use --runtime process.',
    );
  }
  if (engine) fallBack?.('A checkout lies on this machine.');
  return new ProcessGateway(checkoutAt(path, join(store.folder, 'compile-cache')));
}

async function imageGateway(reference: string, { engine, progress }: ResolveOptions): Promise<Gateway> {
  if (!engine) {
    throw new HarnessError(
      'IMAGE_NEEDS_CONTAINER',
      `The image ${reference} can only run in a container.`,
      'Use --runtime container on a machine with Docker or Podman.',
    );
  }
  return ContainerGateway.ofImage(engine, await probeImage(engine, reference, progress));
}

/** The official image; where there is none in reach, one with Node; where there is none either, nothing or an error. */
async function imageFor(
  name: string,
  engine: Engine,
  { baseImage, fallBack, store, progress, signal }: ResolveOptions,
): Promise<ProbedImage | undefined> {
  const candidates = baseImage ? [baseImage] : [`${OFFICIAL}:${await store.versionOf(name, signal)}`, BASE];
  let failure: HarnessError | undefined;
  for (const reference of candidates) {
    try {
      return await probeImage(engine, reference, progress);
    } catch (error) {
      if (!(error instanceof HarnessError)) throw error;
      failure = error;
      if (error.code !== 'IMAGE_MISSING') break;
    }
  }
  if (!failure || !fallBack) throw failure;
  fallBack(failure.message);
  return undefined;
}
