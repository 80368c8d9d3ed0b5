import { relative } from 'node:path';

/** A path as seen from here, where it lies below. */
export function nearName(path: string): string {
  const near = relative(process.cwd(), path);
  return near.startsWith('..') ? path : near;
}
