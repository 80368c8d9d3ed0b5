import { createHash } from 'node:crypto';
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addedBy, parseSize, SharedUsage, sizeText } from './disk.ts';
import { keepOnce } from './share-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'openclaw-repro-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const KB = 1024;
function put(path: string, text: string | Uint8Array): string {
  const whole = join(folder, path);
  mkdirSync(join(whole, '..'), { recursive: true });
  writeFileSync(whole, text);
  return whole;
}
test('of what pnpm has copied one copy is left: the store’s, or the gateway’s own, which has no second name', () => {
  const stored = (text: string) => {
    const hash = createHash('sha512').update(text).digest('hex');
    return put(`pnpm/v11/files/${hash.slice(0, 2)}/${hash.slice(2)}`, text);
  };
  const [both, theirs, ours] = ['both', 'theirs', 'ours'].map(stored) as [string, string, string];
  const dependency = ['both', 'theirs', 'only here'].map((text) => put(`modules/sharp/${text}`, text));
  const gateway = ['both', 'ours'].map((text) => put(`modules/openclaw/dist/${text}`, text));
  keepOnce(join(folder, 'modules'), join(folder, 'modules', 'openclaw'), join(folder, 'pnpm'));
  const inode = (path: string | undefined) => lstatSync(path ?? '').ino;
  for (const path of gateway) expect(lstatSync(path).nlink).toBe(1);
  expect(existsSync(ours)).toBe(false);
  expect(inode(dependency[1])).toBe(inode(theirs));
  expect(readFileSync(dependency[2] ?? '', 'utf8')).toBe('only here');
  // Whichever came first, nobody has lost it.
  expect(readFileSync(dependency[0] ?? '', 'utf8')).toBe('both');
  expect(
    existsSync(both) ? inode(dependency[0]) === inode(both) : lstatSync(dependency[0] ?? '').nlink === 1,
  ).toBe(true);
});

test('a file with several names counts once, and until its last name is gone', () => {
  const text = new Uint8Array(64 * KB).fill(7);
  const first = put('a/shared', text);
  mkdirSync(join(folder, 'b'));
  linkSync(first, join(folder, 'b', 'shared'));
  put('b/own', text);
  const usage = new SharedUsage();
  usage.add(join(folder, 'a'));
  usage.add(join(folder, 'b'));
  expect(usage.bytes).toBe(128 * KB);
  usage.remove(join(folder, 'b'));
  expect(usage.bytes).toBe(64 * KB);
  usage.remove(join(folder, 'a'));
  usage.remove(join(folder, 'missing'));
  expect(usage.bytes).toBe(0);
});

test('a version has added what nothing but pnpm’s store shares with it', () => {
  const text = new Uint8Array(64 * KB).fill(7);
  const old = put('pnpm/old', text);
  const fresh = put('pnpm/fresh', text);
  for (const version of ['one', 'two']) {
    mkdirSync(join(folder, version));
    linkSync(old, join(folder, version, 'old'));
  }
  linkSync(fresh, join(folder, 'two', 'fresh'));
  expect(addedBy(join(folder, 'two'))).toBe(64 * KB);
});

test.each([
  ['20GB', 20e9],
  ['500 mb', 500e6],
  ['1.5kB', 1500],
  ['0B', 0],
  ['20', undefined],
  ['-1GB', undefined],
  ['GB', undefined],
])('reads the size %s', (text, bytes) => expect(parseSize(text)).toBe(bytes));

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [78_400_000, '78 MB'],
  [9_810_000_000, '9.8 GB'],
])('writes %d bytes as %s', (bytes, text) => expect(sizeText(bytes)).toBe(text));
