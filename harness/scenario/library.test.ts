import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { choose, loadLibrary, select } from './library.ts';

let folder: string;
const files: { [file: string]: string } = {
  'stream/good.ts': `export default { title: 'Good', script: async () => {} }`,
  'control/healthy.ts': `export default { title: 'Healthy', script: async () => {} }`,
  'stream/throws.ts': `
export default {};
throw new Error('not today');`,
  'stream/wrong-fields.ts': `/* { */
// export default { title: 'not this one' }
const reply = () => ({ name: 'reply', describe: () => '}', apply: (steps) => steps });
export default {
  title: 'It\\'s { wrong',
  async script(page) { if (page) return { setup: 1 }; },
  setup: {
    model: 'gpt-5', // model: 'x'
    codexToken: 'stale',
  },
  providers: {
    codecs: [reply()],
    codex: [reply(), reply],
  },
  budgets: {
    "attempts": -1 },
  regression: [
    { check: 'reply-arrives', stage: 'streaming' },
    { check: 'replies' },
  ],
  colour: '\\u001b[31mred',
}`,
  'stream/no-script.ts': `export default { title: 'x' }`,
  'stream/nothing.ts': `export const a = 1`,
  'stream/not-typescript.ts': `const a = 1;
export default {{{`,
  'stream/imports-nothing.ts': `export const a = 1;
import { reply } from '../nowhere.ts';
export default reply`,
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

test('one broken file does not stop the others', async () => {
  const { scenarios, broken } = await loadLibrary(folder);
  expect(scenarios.map(({ name }) => name)).toEqual(['control/healthy', 'stream/good']);
  expect(broken).toHaveLength(Object.keys(files).filter((file) => !/good|healthy|test/.test(file)).length);
});

/** What is said about one file, line by line, without the place where it lies. */
async function said(file: string): Promise<string[]> {
  const { broken } = await loadLibrary(folder);
  const { message = '' } = broken.find(({ name }) => `${name}.ts`.endsWith(`/${file}`))?.error ?? {};
  return message
    .split('\n')
    .slice(1)
    .map((line) => line.replace(/^.*?(?=[\w-]+\.ts)/, ''));
}

test('a wrong field is named with what was expected, what was found, and its line', async () => {
  expect(await said('wrong-fields.ts')).toEqual([
    'wrong-fields.ts:8 setup.model: expected codex/<model> or xai/<model>, found "gpt-5"',
    'wrong-fields.ts:9 setup.codexToken: expected one of "fresh", "expired", "spent", found "stale"',
    expect.stringMatching(/^wrong-fields\.ts:12 providers\.codecs: expected auth, .*, found "codecs"$/),
    'wrong-fields.ts:13 providers.codex.1: expected a fault, as cutAfter(1), found a function',
    'wrong-fields.ts:16 budgets.attempts: expected more than 0, found -1',
    'wrong-fields.ts:19 regression.1.check: expected one of "reply-arrives", "session-continues", "others-unharmed", ' +
      '"no-ghost-run", "refresh-discipline", "bounded-attempts", "gateway-alive", "no-secret-shown", ' +
      '"fallback-order", "error-is-useful", "history-is-true", "tokens-stored", "first-word-in-time", found "replies"',
    'wrong-fields.ts:21 colour: expected no field of this name, found "\\u001b[31mred"',
  ]);
  expect(await said('no-script.ts')).toEqual(['no-script.ts:1 script: expected a function, found nothing']);
  expect(await said('nothing.ts')).toEqual(['nothing.ts its default export: expected object, found nothing']);
});

test('a file that cannot be read says where', async () => {
  expect(await said('not-typescript.ts')).toEqual([
    expect.stringMatching(/^not-typescript\.ts:2 .*Unexpected/),
  ]);
  expect(await said('throws.ts')).toEqual(['throws.ts:3 not today']);
  expect(await said('imports-nothing.ts')).toEqual([
    expect.stringMatching(/^imports-nothing\.ts:2 .*nowhere/),
  ]);
});

test('finds scenarios by name, area and glob, each once and controls first', async () => {
  const library = await loadLibrary();
  const names = (...patterns: string[]) => select(library, patterns).map(({ name }) => name);
  expect(names('stream/terminated-mid-reply')).toEqual(['stream/terminated-mid-reply']);
  expect(names('stream', 'stream/*', 'control/healthy-codex')[0]).toBe('control/healthy-codex');
  const area = names('stream', 'stream/strict-codex-path');
  expect(area.every((name) => name.startsWith('stream/'))).toBe(true);
  expect(area.filter((name) => name === 'stream/strict-codex-path')).toHaveLength(1);
  expect(names('stream/terminated-m*')).toEqual(['stream/terminated-mid-reply']);
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

test('a broken file among several is told, and the others are chosen', async () => {
  const library = await loadLibrary(folder);
  const anywhere = (name: string) => join(folder, 'stream', `${name}.ts`);
  const { scenarios, broken } = await choose(library, [
    'stream',
    'stream/throws',
    anywhere('no-script'),
    anywhere('good'),
  ]);
  expect(scenarios.map(({ name }) => name)).toEqual(['stream/good', expect.stringMatching(/^file\/.*good$/)]);
  expect(broken.filter(({ name }) => name === 'stream/throws')).toHaveLength(1);
  expect(broken.at(-1)?.error.message).toMatch(/no-script\.ts:1 script: expected a function/);
  await expect(choose(library, ['stream/throws', anywhere('no-script')])).rejects.toThrow(/not today/);
  await expect(choose(library, ['stream', 'stream/unheard-of'])).rejects.toMatchObject({
    code: 'UNKNOWN_SCENARIO',
  });
});
