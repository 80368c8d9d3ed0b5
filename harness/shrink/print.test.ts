import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadLibrary } from '#harness/scenario/library.ts';
import { parseScenario, type Scenario } from '#harness/scenario/scenario.ts';
import { rehearse } from '#harness/trace/rehearse.ts';
import { bytes, cutAfter, delay, onMessage, silence, status, when } from '#mocks/faults.ts';
import { draftOf } from './draft.ts';
import { printScenario } from './print.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
let folder: string;

// Inside the package, as its own names (`#mocks/…`) hold only there.
beforeAll(() => {
  mkdirSync(join(root, 'out'), { recursive: true });
  folder = mkdtempSync(join(root, 'out', 'test-print-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

let count = 0;
async function loadedAgain(scenario: Scenario, text: string): Promise<Scenario> {
  const path = join(folder, `${count++}.ts`);
  writeFileSync(path, text);
  const module = (await import(/* @vite-ignore */ pathToFileURL(path).href)) as { default: unknown };
  return parseScenario(scenario.name, module.default);
}

const printed = async (scenario: Scenario) =>
  printScenario(draftOf(scenario, await rehearse(scenario.script)));

async function asData({ script, file: _file, ...rest }: Scenario): Promise<unknown> {
  return JSON.parse(JSON.stringify({ ...rest, trace: await rehearse(script) }));
}

const script: Scenario['script'] = async (page) => page.session().say('Hello');

test('every scenario of the library, printed and loaded again, is the same', async () => {
  const { scenarios } = await loadLibrary();
  for (const scenario of scenarios) {
    const again = await loadedAgain(scenario, await printed(scenario));
    expect(await asData(again)).toEqual(await asData(scenario));
  }
});

test('what is printed is laid out as Biome lays it out', async () => {
  const { scenarios } = await loadLibrary();
  const long =
    'A very long text that goes on and on until it does not fit on its line any more, nor below its name';
  const body = {
    error: { message: 'Too many requests, slow down', type: 'rate_limit_exceeded', code: 'x', param: null },
  };
  const odd = parseScenario('odd/odd', {
    title: long,
    about: 'say "it\'s"\n\u2028\u0007 \\ `x`',
    setup: {
      config: { 'a-b': { c: [1, 2_000, { d: null, e: true }, { f: 1, g: 2 }] } },
      idleTimeoutSeconds: 1_000,
    },
    providers: {
      codex: [
        cutAfter(bytes(10), 'reset'),
        delay(1_500, status(429, body, { 'retry-after': '120' })),
        silence(),
      ],
      xai: [onMessage('Hello', cutAfter('last-chunk')), when(({ ordinal }) => ordinal > 2, silence())],
    },
    async script(page: Parameters<Scenario['script']>[0]) {
      const chat = page.session('a-b', 'other');
      await chat.say(`${long} ${long}`, { atOnce: true });
      await Promise.all([chat.say(long), page.session('default').say(long.slice(0, 20))]);
    },
    regression: [
      { check: 'reply-arrives', stage: 'streaming' },
      { check: 'gateway-alive', stage: 'accepted' },
    ],
  });
  const texts = await Promise.all([...scenarios, odd].map(printed));
  mkdirSync(join(folder, 'laid-out'));
  for (const [index, text] of texts.entries()) writeFileSync(join(folder, `laid-out/${index}.ts`), text);
  const args = ['format', '--vcs-enabled=false', join(folder, 'laid-out')];
  const biome = spawnSync(join(root, 'node_modules/.bin/biome'), args, { cwd: root, encoding: 'utf8' });
  expect(biome.stderr + biome.stdout).toMatch(new RegExp(`Checked ${texts.length} files.*No fixes applied`));
  expect(await asData(await loadedAgain(odd, texts.at(-1) ?? ''))).toEqual(await asData(odd));
});

test('a fault that cannot tell how it was made is refused by name', async () => {
  const own = { name: 'my-own', describe: () => 'is odd', apply: () => [] };
  const scenario = parseScenario('a/b', { title: 'x', providers: { codex: [own] }, script });
  await expect(printed(scenario)).rejects.toMatchObject({
    code: 'NOT_PRINTABLE',
    message: expect.stringMatching('my-own'),
  });
});

test('what decides a message must end in is printed where it does not follow from the rest', async () => {
  const scenario = parseScenario('a/b', { title: 'x', expect: 'reply-or-error', script });
  expect(await printed(scenario)).toContain("expect: 'reply-or-error'");
});
