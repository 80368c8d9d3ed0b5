import { chmodSync, mkdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import semver from 'semver';
import { z } from 'zod';
import { HarnessError } from '#harness/base/error.ts';
import { linkBundledDeps, STAGE } from '#harness/gateway/bundled-deps.ts';
import {
  environment,
  JITI,
  type Layout,
  logFolder,
  migrateFirst,
  onTerminal,
  partsOf,
} from '#harness/gateway/environment.ts';
import type { Build, Gateway, RunningGateway, StartOptions } from '#harness/gateway/gateway.ts';
import { GatewayLog } from '#harness/gateway/gateway-log.ts';
import { ownLines } from '#harness/gateway/own-lines.ts';
import { parseJson } from '#harness/openclaw/log-lines.ts';
import type { PreparedVersion } from '#harness/store/prepared.ts';
import { type Container, type Docker, type Engine, said } from './engine.ts';
import { copyIn, OWN_CODE, ownCode, takeBack } from './files.ts';
import type { ProbedImage } from './image.ts';
import { ownLabels, removeContainer } from './leftovers.ts';
import { Relay } from './relay.ts';
import { RunningContainer } from './running-container.ts';

/** Not root, and known by name in Node's images. */
const UID = 1000;
/** A gateway uses about half a GiB; one that needs this much has gone wrong. */
const MEMORY_MB = 4096;
const PROCESSES = 512;

/** In the container: a volume with our code, and in it the gateway's own folder. */
const VOLUME = '/repro';
const FOLDER = `${VOLUME}/run`;
const PACKAGE = '/openclaw';
const COMPILE_CACHE = '/compile-cache';
/** The gateway's usual port; nobody else is in its network. */
const PORT = 18789;
const MOCKS_PORT = 8443;

/** What a container is made from. */
interface Recipe {
  image: string;
  /** The launcher, as the container sees it. */
  entry: string;
  /** `<path here>:<path in the container>:<ro|rw>` */
  binds: string[];
  compileCache?: string;
  /** Where bundled plugins are staged. */
  stage?: string;
  /** Variables of the image that would lead the gateway to other places than the run's. */
  unset: string[];
}

/** The gateway in a container without a network: one pipe leads to the mocks and the web chat, nothing anywhere else. */
export class ContainerGateway implements Gateway {
  readonly version: string;
  readonly build: Build;
  readonly limitsMemory = true;
  readonly #engine: Engine;
  readonly #recipe: Recipe;

  private constructor(engine: Engine, version: string, build: Build, recipe: Recipe) {
    this.#engine = engine;
    this.version = version;
    this.build = build;
    this.#recipe = recipe;
  }

  /** @throws HarnessError `NOT_A_GATEWAY` for an image without OpenClaw in its working directory */
  static ofImage(engine: Engine, image: ProbedImage): ContainerGateway {
    const { reference, exact, node, version, commit, entry, env } = image;
    if (!version || !entry) {
      throw new HarnessError(
        'NOT_A_GATEWAY',
        `The image ${reference} has no openclaw in its working directory.`,
        'Name an image made by OpenClaw’s own Dockerfile; an image that has only Node goes to --base-image.',
      );
    }
    const build: Build = { runtime: 'container', image: exact, node, ...(commit && { commit }) };
    const unset = env.flatMap((pair) => /^(OPENCLAW_\w+)=/.exec(pair)?.[1] ?? []);
    return new ContainerGateway(engine, version, build, {
      image: reference,
      entry,
      binds: [],
      unset,
    });
  }

  /**
   * The package from the version store, mounted into an image that has only Node.
   * @throws HarnessError `NODE_TOO_OLD`
   */
  static ofPackage(engine: Engine, base: ProbedImage, prepared: PreparedVersion): ContainerGateway {
    const { version, folder, entry, compileCache, engines } = prepared;
    if (engines && !semver.satisfies(base.node, engines)) {
      throw new HarnessError(
        'NODE_TOO_OLD',
        `openclaw@${version} requires Node ${engines}; the image ${base.reference} has ${base.node}.`,
        'Name a newer one with --base-image; Node 24.21 satisfies every published version.',
      );
    }
    const build: Build = { runtime: 'container', ...prepared.build, image: base.exact, node: base.node };
    // The container's user, whoever that is on this machine, writes here; the folder around it is only ours.
    const cache = join(dirname(compileCache), 'containers', version);
    mkdirSync(join(cache, JITI), { recursive: true });
    chmodSync(dirname(cache), 0o700);
    const staged = prepared.stageBundledDeps
      ? linkBundledDeps(prepared, cache, { version: PACKAGE, cache: COMPILE_CACHE })
      : [];
    for (const path of [cache, join(cache, JITI), ...staged]) chmodSync(path, 0o777);
    return new ContainerGateway(engine, version, build, {
      image: base.reference,
      entry: entry.replace(folder, PACKAGE),
      binds: [`${folder}:${PACKAGE}:ro`, `${cache}:${COMPILE_CACHE}:rw`],
      compileCache: COMPILE_CACHE,
      ...(prepared.stageBundledDeps && { stage: join(COMPILE_CACHE, STAGE) }),
      unset: [],
    });
  }

  async start(options: StartOptions): Promise<RunningGateway> {
    const { image, compileCache, stage } = this.#recipe;
    const place: Layout = {
      ...partsOf(FOLDER),
      port: PORT,
      mocks: MOCKS_PORT,
      preload: `file://${VOLUME}/${OWN_CODE}/closed-network.mjs`,
      ...(compileCache && { compileCache }),
      ...(stage && { stage }),
    };
    const relayInside = `${VOLUME}/${OWN_CODE}/relay-inside.mjs`;
    const docker = this.#engine.client.container.dockerode;
    const log = new GatewayLog(options.record);
    const egress = ownLines(options.record, options.mocks.troubled);
    const relay = await Relay.open({
      mocks: options.mocks.port,
      onLine: (line) => fromInside({ egress, log: log.file }, line),
    });
    let container: Container | undefined;
    try {
      container = await docker.createContainer(this.#makeUp(options, place));
      await fill(container, options, place);
      return await RunningContainer.start({
        container,
        docker,
        relay,
        log,
        options,
        folder: FOLDER,
        entry: this.#recipe.entry,
        onTerminal: onTerminal(place),
        relayCommand: [
          'node',
          relayInside,
          String(PORT),
          String(MOCKS_PORT),
          FOLDER,
          logFolder(place.tmp, UID),
        ],
        started: { version: this.version, node: this.build.node, port: PORT },
      });
    } catch (error) {
      await relay[Symbol.asyncDispose]();
      if (container) await removeContainer(docker, container.id);
      throw new HarnessError(
        'CONTAINER_FAILED',
        `The container of openclaw ${this.version} could not be started from ${image}: ${said(error)}.`,
        `Check that \`docker run --rm --entrypoint node ${image} --version\` works.`,
        { cause: error, logTail: log.tail },
      );
    }
  }

  #makeUp(options: StartOptions, place: Layout): Parameters<Docker['createContainer']>[0] {
    const { image, entry, binds, unset } = this.#recipe;
    const before = migrateFirst(`${VOLUME}/${OWN_CODE}/migrate-first.mjs`, FOLDER, options);
    const memory = (options.memoryMb ?? MEMORY_MB) * 1024 * 1024;
    const variables = Object.entries(environment(options, place)).map(([name, value]) => `${name}=${value}`);
    return {
      Image: image,
      Entrypoint: ['node'],
      Cmd: [...before, entry, 'gateway', 'run', '--port', String(PORT)],
      User: `${UID}:${UID}`,
      WorkingDir: `${place.home}/workspace`,
      // A name without a value takes the variable away.
      Env: [...unset, ...variables],
      Labels: { ...this.#engine.labels, ...ownLabels(options.runId) },
      Volumes: { [VOLUME]: {} },
      // The official image's own check would wake the gateway every few minutes; a run has checks of its own.
      Healthcheck: { Test: ['NONE'] },
      HostConfig: {
        NetworkMode: 'none',
        ReadonlyRootfs: true,
        Tmpfs: { '/tmp': 'rw,nosuid,nodev,size=256m,mode=1777' },
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges'],
        Memory: memory,
        MemorySwap: memory,
        PidsLimit: PROCESSES,
        Binds: binds,
      },
    };
  }
}

function fill(container: Container, options: StartOptions, place: Layout): Promise<void> {
  const { files, mocks } = options;
  const below = (path: string) => relative(VOLUME, path);
  const { home, port, tmp, compileCache } = place;
  const logs = logFolder(tmp, UID);
  const inHome = files ? files({ port, home, logs }) : takeBack(partsOf(options.folder).home);
  const [folders, filesOfHome] = partition(Object.entries(inHome), ([path]) => path.endsWith('/'));
  const own = filesOfHome.map(([path, content]) => [below(join(home, path)), content] as const);
  const { folder } = partsOf(FOLDER);
  return copyIn(container, VOLUME, {
    files: { ...ownCode(), [below(`${folder}/ca.pem`)]: mocks.ca },
    own: {
      files: Object.fromEntries(own),
      folders: [folder, tmp, join(home, 'workspace'), ...folders.map(([path]) => join(home, path))].map(
        below,
      ),
      links: {
        ...(compileCache && { [below(join(tmp, JITI))]: join(compileCache, JITI) }),
      },
      uid: UID,
    },
  });
}

function partition<T>(items: readonly T[], isFirst: (item: T) => boolean): [T[], T[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}

const inside = z.object({ from: z.enum(['egress', 'log']), line: z.string() });

/** The relay speaks from within the container: what cannot be read is passed over. */
function fromInside(readers: { [from in 'egress' | 'log']: (line: string) => void }, text: string): void {
  const known = inside.safeParse(parseJson(text)).data;
  if (known) readers[known.from](known.line);
}
