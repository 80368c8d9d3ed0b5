import { existsSync, readFileSync } from 'node:fs';
import { mkdir, utimes } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import semver from 'semver';
import { errnoOf, HarnessError, messageOf } from '#harness/base/error.ts';
import { eraOf } from '#harness/openclaw/eras/eras.ts';
import type { Published } from '#harness/versions/ranges.ts';
import { isVersion, neighbours } from '#harness/versions/version.ts';
import { installVersion, isInstalledAsNow } from './install.ts';
import { lockOf } from './lock.ts';
import { pnpm } from './pnpm.ts';
import type { PreparedVersion } from './prepared.ts';
import { fetchPackument, type Packument } from './registry.ts';
import { addedBytes, packageFolder, readSeal, SEAL, type Seal } from './seal.ts';

export type Progress = (text: string) => void;

/**
 * Where the versions lie: one folder a version, over one shared store of pnpm (the first costs 74 s, a further one
 * 3 to 5 s and 60 MB; npm took 97 s and 350 to 800 MB each). A folder appears whole or not at all.
 */
export class VersionStore {
  readonly folder: string;

  constructor(folder: string = defaultFolder()) {
    this.folder = resolve(folder);
  }

  /** Where runs keep their files while they last. */
  get runs(): string {
    return join(this.folder, 'runs');
  }

  /** Where states lie that a version's own commands prepared. */
  get states(): string {
    return join(this.folder, 'states');
  }

  /**
   * Makes a version ready to run, from the store alone where it lies there whole.
   * @param wanted `2026.4.14`, or a dist-tag: `latest`, `beta`
   * @throws HarnessError
   */
  async prepare(wanted: string, progress: Progress, signal?: AbortSignal): Promise<PreparedVersion> {
    const stored = isVersion(wanted) ? await this.#open(wanted, progress) : undefined;
    if (stored) return stored;
    const registry = await this.#registry(signal);
    const published = await fetchPackument(registry, { signal });
    const version = resolveVersion(wanted, published);
    const path = this.#path(version);
    await this.#makeFolder(join(this.folder, 'versions'));
    const release = await lockOf(path, progress, signal);
    try {
      // Another process may have been quicker.
      return (
        (await this.#open(version, progress)) ??
        this.#prepared(await this.#install(version, published, registry, progress, signal))
      );
    } catch (error) {
      throw spaceError(error) ?? error;
    } finally {
      await release();
    }
  }

  /**
   * The version that a name means, without preparing it.
   * @throws HarnessError `UNKNOWN_VERSION`
   */
  async versionOf(wanted: string, signal?: AbortSignal): Promise<string> {
    if (this.holds(wanted)) return wanted;
    return resolveVersion(wanted, await fetchPackument(await this.#registry(signal), { signal }));
  }

  /** What is published. @throws HarnessError where the registry cannot be asked */
  async published(signal?: AbortSignal): Promise<Published> {
    const { versions, 'dist-tags': tags } = await fetchPackument(await this.#registry(signal), { signal });
    return { versions: Object.keys(versions), tags };
  }

  /** True where a version lies in the store; whether it is whole is seen when it is prepared. */
  holds(version: string): boolean {
    return isVersion(version) && existsSync(this.#path(version));
  }

  /** What a version has added to the disk, in bytes, where it lies in the store and that is known. */
  added(version: string): number | undefined {
    return isVersion(version) ? addedBytes(this.#path(version)) : undefined;
  }

  /** The changelog that a version brings; empty where it lies not in the store or brings none. */
  changelog(version: string): string {
    if (!isVersion(version)) return '';
    try {
      return readFileSync(join(packageFolder(this.#path(version)), 'CHANGELOG.md'), 'utf8');
    } catch {
      return '';
    }
  }

  async #install(
    version: string,
    published: Packument,
    registry: string,
    progress: Progress,
    signal?: AbortSignal,
  ): Promise<Seal> {
    const { dist, engines } = published.versions[version] ?? {};
    if (!dist) throw unknownVersion(version, published);
    checkEngines(version, engines?.node);
    const [path, shared] = [this.#path(version), join(this.folder, 'pnpm')];
    const { integrity } = dist;
    return installVersion({
      version,
      integrity,
      engines: engines?.node,
      path,
      shared,
      registry,
      progress,
      signal,
    });
  }

  /** The version as it lies there; `undefined` when it is not there, half made, or was changed since. */
  async #open(version: string, progress: Progress): Promise<PreparedVersion | undefined> {
    const path = this.#path(version);
    if (!existsSync(path)) return undefined;
    const sealed = await readSeal(path);
    if (!sealed || !isInstalledAsNow(path, version)) {
      progress(
        `openclaw@${version} in the store was changed, or installed in another way: installing it again`,
      );
      return undefined;
    }
    checkEngines(version, sealed.engines);
    const now = new Date();
    // Who may not write here may still run what lies here.
    await utimes(join(path, SEAL), now, now).catch(() => undefined);
    return this.#prepared(sealed);
  }

  #prepared({ version, integrity, commit, engines }: Seal): PreparedVersion {
    const folder = this.#path(version);
    return {
      version,
      folder,
      entry: join(packageFolder(folder), 'openclaw.mjs'),
      ...(engines && { engines }),
      stageBundledDeps: eraOf(version).install.stageBundledDeps,
      build: { integrity, ...(commit && { commit }) },
      compileCache: join(this.folder, 'compile-cache', version),
    };
  }

  #path(version: string): string {
    return join(this.folder, 'versions', version);
  }

  async #makeFolder(path: string): Promise<void> {
    await mkdir(path, { recursive: true }).catch((error: unknown) => {
      throw new HarnessError(
        'STORE_UNUSABLE',
        `The version store ${this.folder} cannot be written: ${messageOf(error)}`,
        'Set OPENCLAW_REPRO_STORE to a folder that can.',
        { cause: error },
      );
    });
  }

  /** Asks npm's own configuration, as pnpm reads it. */
  async #registry(signal?: AbortSignal): Promise<string> {
    await this.#makeFolder(this.folder);
    // npm hands its configuration to what it runs; pnpm 12 reads npm's files, but not those variables.
    const told = process.env.npm_config_registry;
    const registry =
      told || (await pnpm(['config', 'get', 'registry'], { cwd: this.folder, ...(signal && { signal }) }));
    return registry.trim();
  }
}

/** `$OPENCLAW_REPRO_STORE`, or a folder in the user's cache. */
function defaultFolder(env: NodeJS.ProcessEnv = process.env): string {
  return env.OPENCLAW_REPRO_STORE || join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'openclaw-repro');
}

function resolveVersion(wanted: string, published: Packument): string {
  const version = published['dist-tags'][wanted] ?? wanted;
  // A version becomes a folder's name: it must have a version's form, whatever the registry says.
  if (!isVersion(version) || !published.versions[version]) throw unknownVersion(wanted, published);
  return version;
}

function unknownVersion(wanted: string, published: Packument): HarnessError {
  const near = neighbours(wanted, Object.keys(published.versions));
  const tags = Object.keys(published['dist-tags']);
  const advice = isVersion(wanted)
    ? `Published next to it: ${near.join(' and ')}.`
    : `Expected a version like 2026.4.14 or a tag: ${tags.join(', ')}.`;
  return new HarnessError('UNKNOWN_VERSION', `There is no openclaw@${wanted} in the registry.`, advice);
}

function checkEngines(version: string, range: string | undefined): void {
  if (!range || semver.satisfies(process.versions.node, range)) return;
  throw new HarnessError(
    'NODE_TOO_OLD',
    `openclaw@${version} requires Node ${range}, this is ${process.versions.node}.`,
    'Start it with `npm run repro`, which brings a Node that satisfies every published version.',
  );
}

function spaceError(error: unknown): HarnessError | undefined {
  if (errnoOf(error) !== 'ENOSPC') return undefined;
  const advice = 'Free some, or set OPENCLAW_REPRO_STORE to another disk.';
  return new HarnessError('NO_SPACE', 'There is no space left on the disk of the version store.', advice, {
    cause: error,
  });
}
