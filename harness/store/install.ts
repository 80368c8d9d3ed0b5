import { readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { HarnessError } from '#harness/base/error.ts';
import { eraOf } from '#harness/openclaw/eras/eras.ts';
import { bundledDependencies } from './bundled-deps.ts';
import { pnpm } from './pnpm.ts';
import { packageFolder, type Seal, sealVersion } from './seal.ts';
import { keepOnce } from './share-files.ts';

interface InstallOptions {
  version: string;
  /** As the registry announces it. */
  integrity: string;
  /** The range of Node that it wants. */
  engines: string | undefined;
  /** The folder that it will be. */
  path: string;
  /** pnpm's store, which all versions share. */
  shared: string;
  registry: string;
  progress: (text: string) => void;
  signal: AbortSignal | undefined;
}

/**
 * Installs a version beside its place, checks and seals it, and moves it there whole. The caller holds its lock.
 * @throws HarnessError
 */
export async function installVersion(options: InstallOptions): Promise<Seal> {
  const { version, integrity, engines, path, shared, registry, progress, signal } = options;
  await removeUnfinished(path);
  const unfinished = `${path}.unfinished-${process.pid}`;
  await mkdir(unfinished, { recursive: true });
  await writeFile(join(unfinished, 'package.json'), manifest(version));
  await writeFile(join(unfinished, SETTINGS), settingsOf(version));
  const args = ['install', '--store-dir', shared, '--ignore-scripts', '--no-frozen-lockfile'];
  if (!eraOf(version).install.needsOptional) args.push('--no-optional');
  args.push('--reporter=append-only', `--registry=${registry}`);
  const install = () =>
    pnpm(args, {
      cwd: unfinished,
      ...(signal && { signal }),
      onLine: (line) => {
        const counts = /^Progress: .*/.exec(line)?.[0];
        if (counts) progress(`installing openclaw@${version}: ${counts.slice('Progress: '.length)}`);
      },
    });
  await install();
  const bundled = bundledNeeds(version);
  if (bundled) {
    const further = bundledDependencies(packageFolder(unfinished), bundled);
    await writeFile(join(unfinished, 'package.json'), manifest(version, further));
    await install();
  }
  await checkIntegrity(unfinished, version, integrity);
  keepOnce(join(unfinished, 'node_modules'), packageFolder(unfinished), shared);
  const made = await sealVersion(unfinished, { version, integrity, ...(engines && { engines }) });
  await rm(path, { recursive: true, force: true });
  await rename(unfinished, path);
  return made;
}

/** What killed installs have left; the lock is ours, so nobody is at work there. */
async function removeUnfinished(path: string): Promise<void> {
  const versions = dirname(path);
  const left = (await readdir(versions)).filter((name) => name.startsWith(`${basename(path)}.unfinished-`));
  await Promise.all(left.map((name) => rm(join(versions, name), { recursive: true, force: true })));
}

/** False where a version lies there as it was installed once, before that was changed. */
export const isInstalledAsNow = (path: string, version: string): boolean =>
  readFileSync(join(path, SETTINGS), 'utf8') === settingsOf(version);

const SETTINGS = 'pnpm-workspace.yaml';
/** A local model with its CUDA libraries: 700 MB that no scenario uses. */
const withoutTheLargest = 'ignoredOptionalDependencies:\n  - node-llama-cpp\n';

/**
 * How a version is installed, as pnpm reads it; where that has changed since, it is installed again.
 *
 * `libsignal` comes from a git URL over ssh in some versions of a dependency, which fails on any machine without
 * access to that host; the registry has the same code. Hoisted, as OpenClaw expects to find its plugins' needs.
 */
function settingsOf(version: string): string {
  const bundled = bundledNeeds(version);
  return [
    'nodeLinker: hoisted\noverrides:\n  libsignal: npm:libsignal@6.0.0\n',
    eraOf(version).install.needsOptional ? withoutTheLargest : '',
    bundled ? `# with the dependencies of ${bundled} bundled plugins\n` : '',
  ].join('');
}

/** Of which bundled plugins the dependencies are installed beside the package. */
function bundledNeeds(version: string): 'all' | 'enabled' | undefined {
  const { stageBundledDeps, needsBundledDeps } = eraOf(version).install;
  if (needsBundledDeps) return 'all';
  return stageBundledDeps ? 'enabled' : undefined;
}

const manifest = (version: string, further: { [name: string]: string } = {}): string =>
  JSON.stringify({ name: 'gateway', private: true, dependencies: { ...further, openclaw: version } });

/** pnpm checks each tarball against its lock file; this checks the lock file against the registry's word. */
async function checkIntegrity(path: string, version: string, integrity: string): Promise<void> {
  const lock = await readFile(join(path, 'pnpm-lock.yaml'), 'utf8');
  const [, recorded] =
    new RegExp(`openclaw@${version}['"]?:\\s+resolution: \\{[^}]*integrity: ([^,}\\s]+)`).exec(lock) ?? [];
  if (recorded === integrity) return;
  throw new HarnessError(
    'INTEGRITY',
    `What was installed as openclaw@${version} is not what the registry announces (${recorded ?? 'no integrity'} instead of ${integrity}).`,
    'Do not trust this package; try another registry or a clean OPENCLAW_REPRO_STORE.',
  );
}
