import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readInputs } from './inputs.ts';
import { parseOutputs } from './testing.ts';
import { stepExitCode, verdictOf } from './verdict.ts';

const run = (outcome: string, name: string) => ({ outcome, folder: `/out/${name}`, scenario: { name } });
const printed = (...runs: unknown[]): string => JSON.stringify({ runs });

test.each([
  [0, printed(run('clean', 'a')), 'clean', '/out/a/report.md'],
  [
    1,
    printed(run('clean', 'a'), run('untestable', 'b'), run('reproduced', 'c')),
    'reproduced',
    '/out/c/report.md',
  ],
  [125, printed(run('clean', 'a'), run('inconclusive', 'b')), 'inconclusive', '/out/b/report.md'],
  [125, printed(run('inconclusive', 'a'), run('untestable', 'b')), 'untestable', '/out/b/report.md'],
  [0, printed(run('clean', 'a'), run('reproduced', 'newest')), 'clean', '/out/newest/report.md'],
  [128, '', 'failed', ''],
  [129, printed(run('reproduced', 'a')), 'failed', '/out/a/report.md'],
  [0, 'no JSON', 'failed', ''],
])('exit code %i of a command is told to the job', (code, output, outcome, report) => {
  expect(verdictOf(code, output)).toMatchObject({ outcome, report });
});

test.each([
  ['never', [0, 0, 0, 128, 129]],
  ['reproduced', [0, 1, 0, 128, 129]],
  ['not-clean', [0, 1, 125, 128, 129]],
] as const)('fail-on %s', (failOn, codes) => {
  expect([0, 1, 125, 128, 129].map((code) => stepExitCode(code, failOn))).toEqual(codes);
});

test('a wrong input is a wrong call: told to the job, which fails', () => {
  const folder = mkdtempSync(join(tmpdir(), 'openclaw-repro-test-'));
  const GITHUB_OUTPUT = join(folder, 'output');
  const inputs = { INPUT_SCENARIOS: 'no/such', INPUT_GATEWAY: '2026.4.14', RUNNER_TEMP: folder };
  const main = fileURLToPath(new URL('main.mjs', import.meta.url));
  const step = (more: object) => {
    const env = { ...process.env, ...inputs, GITHUB_OUTPUT, OPENCLAW_REPRO_STORE: folder, ...more };
    return spawnSync(process.execPath, [main], { env, encoding: 'utf8' });
  };
  const unknown = step({});
  expect(unknown.status).toBe(128);
  expect(unknown.stderr).toMatch(/There is no scenario "no\/such"/);
  expect(unknown.stdout).toMatch(/^::stop-commands::(\S+)\n::\1::$/m);
  expect(step({ INPUT_FAIL_ON: 'maybe' }).stderr).toMatch(/^ACTION_INPUT The input fail-on/);
  expect(parseOutputs(readFileSync(GITHUB_OUTPUT, 'utf8'))).toMatchObject({
    outcome: 'failed',
    'exit-code': '128',
  });
  rmSync(folder, { recursive: true });
});

test('no input of the action can become an option or a second one', () => {
  const { args } = readInputs({
    INPUT_SCENARIOS: '--keep\n$(touch x)  stream/*',
    INPUT_GATEWAY: '--json',
    INPUT_SEED: ' ; exit 0',
    INPUT_CONTROL: 'false',
    RUNNER_TEMP: '/tmp/runner',
  });
  expect(args).toEqual([
    ...['run', '--gateway=--json', '--seed=; exit 0', '--output=/tmp/runner/openclaw-repro', '--no-control'],
    ...['--json', '--', '--keep', '$(touch', 'x)', 'stream/*'],
  ]);
});

test.each([
  ['fail-on', { INPUT_FAIL_ON: 'maybe' }],
  ['gateway', { INPUT_GATEWAY: ' ' }],
  ['control', { INPUT_CONTROL: 'no' }],
])('a strange input %s is told by its name', (name, input) => {
  const env = { INPUT_SCENARIOS: 'control', INPUT_GATEWAY: 'latest', ...input };
  expect(() => readInputs(env)).toThrow(`The input ${name} cannot be used`);
});
