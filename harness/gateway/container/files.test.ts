import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { extract, type Header, pack } from 'tar-stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Container } from './engine.ts';
import { copyIn, copyOut, takeBack } from './files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'openclaw-repro-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const containerWith = (...entries: [Partial<Header> & { name: string }, string?][]) =>
  ({
    getArchive: async () => {
      const archive = pack();
      for (const [header, text] of entries) archive.entry(header as Header, text ?? '');
      archive.finalize();
      return Readable.from(archive);
    },
  }) as unknown as Container;

test('copies plain files and folders out', async () => {
  const container = containerWith(
    [{ name: 'tmp/', type: 'directory' }],
    [{ name: 'tmp/openclaw-1000/a.log' }, 'hello'],
  );
  await copyOut(container, '/x/tmp', join(folder, 'out'));
  expect(readFileSync(join(folder, 'out/tmp/openclaw-1000/a.log'), 'utf8')).toBe('hello');
});

test('takes nothing that leads outside, no links, and no more than it should', async () => {
  const container = containerWith(
    [{ name: '../evil' }, 'x'],
    [{ name: 'tmp/../../evil' }, 'x'],
    [{ name: `${folder}/evil` }, 'x'],
    [{ name: 'tmp/link', type: 'symlink', linkname: folder }],
    [{ name: 'tmp/link/evil' }, 'x'],
    [{ name: 'tmp/last' }, 'still copied'],
  );
  await copyOut(container, '/x/tmp', join(folder, 'out'));
  expect(existsSync(join(folder, 'evil'))).toBe(false);
  expect(readFileSync(join(folder, 'out/tmp/last'), 'utf8')).toBe('still copied');
});

test('what was copied out is taken back byte by byte, without what leads elsewhere', async () => {
  const home = join(folder, 'home');
  mkdirSync(join(home, '.openclaw/state'), { recursive: true });
  writeFileSync(join(home, '.openclaw/state/x.sqlite'), Buffer.from([0, 255, 128]));
  writeFileSync(join(home, 'a'), 'text');
  symlinkSync(join(home, 'a'), join(home, 'link'));
  expect(takeBack(home)).toEqual({
    a: Buffer.from('text'),
    '.openclaw/state/x.sqlite': Buffer.from([0, 255, 128]),
  });
  expect(existsSync(home)).toBe(false);
});

test('a folder that is not there is none to copy; another refusal is one', async () => {
  const refusing = (statusCode: number) =>
    ({
      getArchive: () => Promise.reject(Object.assign(new Error('no'), { statusCode })),
    }) as unknown as Container;
  await copyOut(refusing(404), '/x', folder);
  await expect(copyOut(refusing(500), '/x', folder)).rejects.toThrow('no');
});

test('what the gateway owns belongs to its user, all else to root, and folders come before what is in them', async () => {
  let sent: Buffer = Buffer.alloc(0);
  const container = {
    putArchive: async (archive: Buffer) => {
      sent = archive;
    },
  } as unknown as Container;
  await copyIn(container, '/repro', {
    files: { 'harness/a.mjs': 'code' },
    own: {
      files: { 'run/home/.openclaw/openclaw.json': '{}' },
      folders: ['run/tmp'],
      links: { 'run/tmp/jiti': '/cache/jiti' },
      uid: 1000,
    },
  });
  const seen: string[] = [];
  for await (const entry of Readable.from(sent).pipe(extract())) {
    seen.push(`${entry.header.uid} ${entry.header.mode?.toString(8)} ${entry.header.name}`);
    await buffer(entry);
  }
  expect(seen).toEqual([
    '1000 700 run',
    '1000 700 run/home',
    '1000 700 run/home/.openclaw',
    '1000 700 run/tmp',
    '1000 600 run/home/.openclaw/openclaw.json',
    '1000 644 run/tmp/jiti',
    '0 444 harness/a.mjs',
  ]);
});
