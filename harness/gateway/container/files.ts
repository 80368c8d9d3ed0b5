import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { extract, pack } from 'tar-stream';
import { type Container, statusOf } from './engine.ts';

export interface Contents {
  /** Files that the gateway can read, by path below the folder. */
  files: { [path: string]: string };
  /** Files and folders of its own. */
  own: {
    files: { [path: string]: string | Buffer };
    folders: string[];
    links: { [path: string]: string };
    uid: number;
  };
}

/** Puts files into a folder of a container that need not run. */
export async function copyIn(container: Container, folder: string, { files, own }: Contents): Promise<void> {
  const archive = pack();
  const { uid } = own;
  const folders = new Set([
    ...own.folders,
    ...[...own.folders, ...Object.keys({ ...own.files, ...own.links })].flatMap(parents),
  ]);
  for (const name of [...folders].toSorted()) {
    archive.entry({ name, type: 'directory', mode: 0o700, uid, gid: uid });
  }
  for (const [name, text] of Object.entries(own.files))
    archive.entry({ name, mode: 0o600, uid, gid: uid }, text);
  for (const [name, linkname] of Object.entries(own.links))
    archive.entry({ name, type: 'symlink', linkname, uid, gid: uid });
  for (const [name, text] of Object.entries(files)) archive.entry({ name, mode: 0o444 }, text);
  archive.finalize();
  await container.putArchive(await buffer(archive), { path: folder });
}

/** `a/b/c` has the parents `a` and `a/b`. */
function parents(path: string): string[] {
  const above = dirname(path);
  return above === '.' ? [] : [...parents(above), above];
}

/** What one run leaves behind is some MB; what is more is a gateway that has gone wrong. */
const MOST = 256 * 1024 * 1024;

/**
 * Copies a folder out of a container that need not run, to `<target>/<its name>`. The gateway has written what comes:
 * only plain files and folders are taken, nothing lands outside, and the rest of too much stays there.
 */
export async function copyOut(container: Container, path: string, target: string): Promise<void> {
  const archive = extract();
  const root = resolve(target);
  let left = MOST;
  const source = await container.getArchive({ path }).catch((error: unknown) => {
    if (statusOf(error) === 404) return undefined;
    throw error;
  });
  if (!source) return;
  source.on('error', (error) => archive.destroy(error));
  source.pipe(archive);
  for await (const entry of archive) {
    const { name, type, size = 0 } = entry.header;
    const place = join(root, name);
    const inside = place.startsWith(`${root}${sep}`);
    if (type === 'directory' && inside) mkdirSync(place, { recursive: true });
    if (type === 'file' && inside && size <= left) {
      left -= size;
      mkdirSync(dirname(place), { recursive: true });
      writeFileSync(place, await buffer(entry), { mode: 0o600 });
    } else {
      entry.resume();
    }
  }
}

/** Takes away what `copyOut` has brought: plain files, by path below `folder`. */
export function takeBack(folder: string): { [path: string]: Buffer } {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .map((path) => [relative(folder, path), readFileSync(path)]);
  rmSync(folder, { recursive: true });
  return Object.fromEntries(files) as { [path: string]: Buffer };
}

/** Of our own code, what runs in the container: it imports nothing from outside this folder. */
const INSIDE = new URL('../inside/', import.meta.url);
/** Where it lies there, below the gateway's folder. */
export const OWN_CODE = 'harness';

let read: { [path: string]: string } | undefined;
/** Our own code for the container, by path. */
export function ownCode(): { [path: string]: string } {
  read ??= Object.fromEntries(
    readdirSync(INSIDE)
      .filter((name) => name.endsWith('.mjs'))
      .map((name) => [`${OWN_CODE}/${name}`, readFileSync(new URL(name, INSIDE), 'utf8')]),
  );
  return read;
}
