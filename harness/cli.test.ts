import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const bin = fileURLToPath(new URL('./openclaw-repro.mjs', import.meta.url));
let store: string;

beforeAll(() => {
  store = mkdtempSync(join(tmpdir(), 'openclaw-repro-test-'));
});
afterAll(() => rmSync(store, { recursive: true }));

/** Without a registry: what needs one must say so. */
const cli = (...args: string[]) => cliWith('', ...args);

async function cliWith(input: string, ...args: string[]) {
  const env = {
    ...process.env,
    OPENCLAW_REPRO_STORE: store,
    npm_config_registry: 'http://127.0.0.1:64999/',
    pnpm_config_registry: 'http://127.0.0.1:64999/',
    COLUMNS: '110',
    NO_COLOR: '1',
  };
  const child = spawn(process.execPath, [bin, ...args], { env });
  child.stdin.end(input);
  const [out, error, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.on('close', resolve)),
  ]);
  return { out, error, code };
}

test('lists every scenario with one line each', async () => {
  const { out, code } = await cli('list');
  expect(code).toBe(0);
  expect(out).toMatch(/^stream\/terminated-mid-reply +A reply that the provider cuts/m);
  const json: unknown = JSON.parse((await cli('list', '--json')).out);
  expect(json).toHaveLength(out.trim().split('\n').length);
});

test('helps a newcomer', async () => {
  const { out, code } = await cli('--help');
  expect(code).toBe(0);
  expect(out).toContain('openclaw-repro run stream/terminated-mid-reply --gateway 2026.4.14');
  expect(out).toContain('125  untestable or inconclusive');
});

const COMMANDS = [
  ...['run', 'matrix', 'matrix merge', 'bisect', 'attach', 'shrink', 'redact', 'report', 'list', 'explain'],
  ...['versions', 'prepare', 'store', 'store gc', 'doctor'],
];

test('the help is as it was written down', async () => {
  const helps = await Promise.all(
    ['', ...COMMANDS].map(async (command) => {
      const { out } = await cli(...command.split(' ').filter(Boolean), '--help');
      return `$ openclaw-repro ${command} --help\n${out}`;
    }),
  );
  const text = helps
    .join('\n')
    .replaceAll('openclaw-repro  --help', 'openclaw-repro --help')
    // A machine has as many lanes as its cores want.
    .replaceAll(/(--jobs <n>[^-]*\(default:\s+)\d+/g, '$1N');
  await expect(text).toMatchFileSnapshot('commands/help.txt');
});

test('what goes wrong most is said as it was written down', async () => {
  const calls = [
    ['run', 'stream/terminated', '--gateway', '2026.4.14'],
    ['run', 'control'],
    ['run', 'control', '--gateway', 'path:/nowhere', '--runtime', 'process'],
    ['run', 'control', '--gateway', 'latest', '--runtime', 'process'],
    ['matrix', '--scenarios', 'control', '--versions', '2026.4', '--runtime', 'process'],
    ['explain', 'fallback/thread'],
    ['shrink', 'control', '--gateway', '2026.4.14'],
    ['report', 'nowhere.json'],
    ['bisekt'],
  ];
  const said = await Promise.all(
    calls.map(async (args) => {
      const { error, code } = await cli(...args);
      return `$ openclaw-repro ${args.join(' ')}\n${error}(exit code ${code})\n`;
    }),
  );
  await expect(said.join('\n')).toMatchFileSnapshot('commands/errors.txt');
});

test.each([
  ['an unknown command', ['bisekt'], /unknown command 'bisekt'/],
  ['a strange size', ['store', 'gc', '--keep', 'lots'], /Expected a size/],
  ['nothing to merge', ['matrix', 'merge', '--into', 'x'], /missing required argument/],
  ['no gateway', ['run', 'control'], /required option '--gateway <name>'/],
  ['an unknown scenario', ['run', 'stream/x', '--gateway', '2026.4.14'], /There is no scenario "stream\/x"/],
  [
    'a strange gateway',
    ['run', 'control', '--gateway', '../etc'],
    /Expected --gateway to be a version, a tag, an image or a checkout/,
  ],
  [
    'a strange number of jobs',
    ['run', 'control', '--gateway', 'latest', '--jobs', '0'],
    /whole number from 1 up/,
  ],
  [
    'an output that is a file',
    ['run', 'control', '--gateway', 'latest', '--output', bin],
    /Reports cannot be written to/,
  ],
  [
    'an image as a process',
    ['run', 'control', '--gateway', 'image:x', '--runtime', 'process'],
    /The image x can only run in a container/,
  ],
  ['a strange runtime', ['run', 'control', '--gateway', 'latest', '--runtime', 'vm'], /Allowed choices are/],
  ['a matrix without versions', ['matrix', '--scenarios', 'control'], /required option '--versions <range>'/],
  [
    'a strange shard',
    ['matrix', '--scenarios', 'control', '--versions', 'finals', '--shard', '3/2'],
    /from 1\/1 to n\/n/,
  ],
  ['a merge of what is no result', ['matrix', 'merge', bin, '--into', bin], /is not the result of a matrix/],
  ['a log that is not there', ['redact', '/nowhere/x.log'], /The log cannot be read: ENOENT/],
  ['a report of nothing', ['report', '/nonexistent'], /\/nonexistent cannot be read: ENOENT/],
  ['a report in no format', ['report', '.', '--format', 'pdf'], /Allowed choices are issue, markdown, html/],
  ['an empty scenario name', ['run', '', '--gateway', 'latest'], /There is no scenario ""/],
  ['a strange seed', ['run', 'control', '--gateway', 'latest', '--seed', '$(x)'], /letters, digits/],
])('%s is a wrong call: one clear sentence and exit code 128', async (_what, args, sentence) => {
  const { error, code } = await cli(...args);
  expect(error).toMatch(sentence);
  expect(error).not.toMatch(/^\s+at /m);
  expect(code).toBe(128);
});

test('a registry out of reach is no verdict on the gateway', async () => {
  const { error, code } = await cli('run', 'control/healthy-codex', '--gateway', '2026.4.14');
  expect(error).toMatch(/^REGISTRY_UNREACHABLE The npm registry cannot be reached: .*ECONNREFUSED/m);
  expect(code).toBe(129);
});

test('the doctor says what works and what to do about the rest', async () => {
  const { out, code } = await cli('doctor');
  expect(out).toMatch(/^(good|poor) +machine +Node \d+/m);
  expect(out).toMatch(/^good +store .* GiB free$/m);
  expect(out).toMatch(/^poor +registry +The npm registry cannot be reached: .*\n +Check the network/m);
  expect(out).toMatch(/^(good|poor) +container /m);
  expect(code).toBe(0);
});

test.each(['versions', 'prepare'])('%s without a registry is no answer', async (command) => {
  const { error, code } = await cli(command, 'latest');
  expect(error).toMatch(/^REGISTRY_UNREACHABLE /m);
  expect(code).toBe(129);
});

test('makes a log fit to be shown, as it streams by', async () => {
  const line = 'ann@mail.test at /home/ann: Bearer abcdefgh12345678\n';
  const { out, code } = await cliWith(`${line.repeat(2_000)}${'x'.repeat(300_000)}\nlast`, 'redact');
  expect(code).toBe(0);
  expect(out).toBe(
    `${'EMAIL-1 at /home/USER-1: Bearer TOKEN-1\n'.repeat(2_000)}[a line of more than 256 KB is left out]\nlast\n`,
  );
});

test('a scenario file that lies anywhere can be run, and a broken one is told from a wrong gateway', async () => {
  const write = (name: string, text: string) => {
    writeFileSync(join(store, name), text);
    return join(store, name);
  };
  const good = write(
    'mine.ts',
    `import { defineScenario } from '#scenario';
     import { silence } from '#faults';
     export default defineScenario({
       title: 'Mine',
       providers: { codex: [silence()] },
       async script(page) { await page.session().say('Hello'); },
     });`,
  );
  const broken = write('broken.ts', 'export default { title: 1 }');
  const asked = ['--gateway', 'path:/nowhere'];
  const [fine, wrong, several, none] = await Promise.all([
    cli('run', good, ...asked),
    cli('shrink', broken, ...asked),
    cli('shrink', 'control', ...asked),
    cli('run', join(store, 'none.ts'), ...asked),
  ]);
  expect(fine.error).not.toMatch(/BROKEN_SCENARIO/);
  expect(fine.error).toMatch(/nowhere/);
  expect(wrong.error).toMatch(/BROKEN_SCENARIO .*broken\.ts.*title/s);
  expect(several.error).toMatch(/ONE_SCENARIO/);
  expect(none.error).toMatch(/NO_FILE There is no scenario file .*none\.ts/);
  expect([fine.code, wrong.code, several.code, none.code]).toEqual([125, 128, 128, 128]);
});

test('a scenario that is at fault spoils neither the others nor their results, and the exit code says so', async () => {
  const place = mkdtempSync(join(store, 'spoilt-'));
  const write = (name: string, text: string) => {
    writeFileSync(join(place, name), text);
    return join(place, name);
  };
  write('package.json', '{"name":"openclaw","version":"2026.4.14"}');
  write('openclaw.mjs', `console.error('no gateway'); process.exit(1)`);
  const scenario = (setup: string) =>
    `export default { title: 'x', setup: ${setup}, async script(page) { await page.session().say('Hello'); } }`;
  const files = [
    write('taken.ts', scenario(`{ config: { gateway: { bind: 'lan' } } }`)),
    write('broken.ts', 'export default { title: 1 }'),
    write('good.ts', scenario('{}')),
  ];
  const how = ['--gateway', `path:${place}`, '--runtime', 'process', '--jobs', '1', '--no-control'];
  const play = (...names: string[]) => cli('run', ...names, ...how, '--output', join(place, 'out'));
  const { out, error, code } = await play(...files);
  expect(error).toMatch(/broken\.ts cannot be used:\n.*broken\.ts:1 title: expected string/);
  expect(out).toMatch(
    /^untestable +file\/\S*taken .*\n +setup\.config\.gateway\.bind is set by the harness/m,
  );
  expect(out).toMatch(/^untestable +file\/\S*good .*\n +The gateway ended before it answered/m);
  expect(error).toMatch(/^Not played, because 1 scenario file cannot be used: file\/\S*broken$/m);
  const codes = [code];
  for (const fault of ['taken.ts', 'broken.ts'])
    codes.push((await play(join(place, fault), join(place, 'good.ts'))).code);
  codes.push((await play(join(place, 'good.ts'))).code);
  expect(codes).toEqual([128, 128, 128, 125]);
});
