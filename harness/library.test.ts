import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadLibrary, select } from './library.ts';

let folder: string;
const files: { [file: string]: string } = {
  'stream/good.ts': `export default { title: 'Good', script: async () => {} }`,
  'control/healthy.ts': `export default { title: 'Healthy', script: async () => {} }`,
  'stream/throws.ts': `throw new Error('not today'); export default {}`,
  'stream/wrong-field.ts': `export default { title: 'x', script: async () => {}, providers: { codecs: [] }, colour: 1 }`,
  'stream/nothing.ts': `export const a = 1`,
  'stream/not-typescript.ts': `export default {{{`,
  'stream/ignored.test.ts': `throw new Error('a test is no scenario')`,
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'openclaw-repro-test-'));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(join(folder, file, '..'), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

test('one broken file does not stop the others, and each says what is wrong with it', async () => {
  const { scenarios, broken } = await loadLibrary(folder);
  expect(scenarios.map(({ name }) => name)).toEqual(['control/healthy', 'stream/good']);
  const said = broken.map(({ message }) => message).join('\n');
  expect(broken).toHaveLength(4);
  expect(said).toMatch(/throws\.ts cannot be used: not today/);
  expect(said).toMatch(/wrong-field\.ts .*providers\.codecs: expected auth, codex, xai/);
  expect(said).toMatch(/wrong-field\.ts .*colour/);
  expect(said).toMatch(/not-typescript\.ts cannot be used: .*Unexpected/);
  expect(said).toMatch(/nothing\.ts .*expected object, received undefined/);
});

test('finds scenarios by name, area and glob, each once and controls first', async () => {
  const library = await loadLibrary();
  const names = (...patterns: string[]) => select(library, patterns).map(({ name }) => name);
  expect(names('stream/terminated-mid-reply')).toEqual(['stream/terminated-mid-reply']);
  expect(names('stream', 'stream/*', 'control/healthy-codex')[0]).toBe('control/healthy-codex');
  expect(names('stream')).toEqual(['stream/strict-codex-path', 'stream/terminated-mid-reply']);
  expect(library.broken).toEqual([]);
});

test('a name that means nothing gets a hint', async () => {
  const library = await loadLibrary();
  expect(() => select(library, ['terminated-mid-reply'])).toThrow(
    expect.objectContaining({
      code: 'UNKNOWN_SCENARIO',
      advice: 'Did you mean stream/terminated-mid-reply?',
    }),
  );
});

test('asking for a broken scenario tells what is broken', async () => {
  const library = await loadLibrary(folder);
  expect(() => select(library, ['stream/throws'])).toThrow(/not today/);
});
