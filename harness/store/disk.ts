import { lstatSync, readdirSync, type Stats } from 'node:fs';
import { join } from 'node:path';

/** Bytes on the disk, not what `length` says. */
const bytesOf = ({ blocks }: Stats): number => blocks * 512;

/** Every file and folder below, with what the system knows of it; nothing where the folder is missing. */
export function* below(folder: string): Generator<{ path: string; stats: Stats }> {
  let entries: import('node:fs').Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return;
  }
  for (const entry of entries) {
    const path = join(folder, entry.name);
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats) yield { path, stats };
    if (entry.isDirectory()) yield* below(path);
  }
}

/**
 * What a version that was just installed has added to the store, in bytes: its folders, and the files that nothing has
 * a name for but itself and pnpm's store.
 */
export function addedBy(folder: string): number {
  let bytes = 0;
  for (const { stats } of below(folder)) if (stats.isDirectory() || stats.nlink <= 2) bytes += bytesOf(stats);
  return bytes;
}

/** What several folders take together; a file with several names counts once, for as long as one of them is left. */
export class SharedUsage {
  readonly #files = new Map<number, { bytes: number; names: number }>();
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  add(folder: string): void {
    for (const { stats } of below(folder)) {
      const known = this.#files.get(stats.ino);
      if (known) known.names++;
      else {
        this.#files.set(stats.ino, { bytes: bytesOf(stats), names: 1 });
        this.#bytes += bytesOf(stats);
      }
    }
  }

  remove(folder: string): void {
    for (const { stats } of below(folder)) {
      const { ino } = stats;
      const known = this.#files.get(ino);
      if (known && --known.names === 0) {
        this.#bytes -= known.bytes;
        this.#files.delete(ino);
      }
    }
  }
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** `78 MB`, `9.8 GB` */
export function sizeText(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const value = bytes / 1000 ** power;
  return `${value < 10 && power > 0 ? value.toFixed(1) : Math.round(value)} ${UNITS[power]}`;
}

/** Bytes of `20GB`, `500 MB`; `undefined` where it is no size. */
export function parseSize(text: string): number | undefined {
  const [, value, unit] = /^(\d{1,6}(?:\.\d+)?)\s*([kMGT]?B)$/i.exec(text.trim()) ?? [];
  const power = UNITS.findIndex((name) => name.toLowerCase() === unit?.toLowerCase());
  return value === undefined || power < 0 ? undefined : Math.round(Number(value) * 1000 ** power);
}
