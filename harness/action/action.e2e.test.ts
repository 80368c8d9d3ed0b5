import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startGitHub } from '#harness/testing/github-stand-in.ts';
import { parseOutputs } from './testing.ts';

const main = fileURLToPath(new URL('main.mjs', import.meta.url));
const TOKEN = 'ghs_synthetic0000000000000000000000000000';
let runner: string;

beforeAll(() => {
  runner = mkdtempSync(join(tmpdir(), 'openclaw-repro-test-'));
});
afterAll(() => rmSync(runner, { recursive: true }));

/** As a runner starts the step of action.yml. */
async function step(name: string, inputs: { [name: string]: string }) {
  const [output, summary] = [join(runner, `${name}.output`), join(runner, `${name}.summary`)];
  const env = {
    ...process.env,
    ...{
      GITHUB_ACTIONS: 'true',
      RUNNER_TEMP: join(runner, name),
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: summary,
    },
    ...{ INPUT_RUNTIME: 'process', INPUT_JOBS: '1', INPUT_CONTROL: 'false', ...inputs },
  };
  const child = spawn(process.execPath, [main], { env });
  const [out, error, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.on('close', resolve)),
  ]);
  const read = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8') : '');
  return { out, error, code, outputs: parseOutputs(read(output)), summary: read(summary) };
}

test('a regression is told to the job, fails it only if told so, and stands under the issue', async () => {
  await using github = await startGitHub(TOKEN);
  const { code, out, outputs, summary } = await step('reproduced', {
    INPUT_SCENARIOS: 'stream/strict-codex-path',
    INPUT_GATEWAY: '2026.4.14',
    INPUT_FAIL_ON: 'reproduced',
    INPUT_ISSUE: 'acme/gateway#7',
    INPUT_TOKEN: TOKEN,
    GITHUB_API_URL: github.url,
  });
  expect(code).toBe(1);
  expect(outputs).toMatchObject({
    outcome: 'reproduced',
    'exit-code': '1',
    folder: join(runner, 'reproduced', 'openclaw-repro'),
  });
  expect(readFileSync(outputs.report ?? '', 'utf8')).toMatch(/^# reproduced: stream\/strict-codex-path/);
  expect(summary).toContain('`stream/strict-codex-path`');
  expect(out).toMatch(/^::error title=stream\/strict-codex-path on 2026\.4\.14/m);
  expect(github.comments).toHaveLength(1);
  expect(out).not.toContain(TOKEN);
});

test('a clean run passes', async () => {
  const { code, outputs, summary } = await step('clean', {
    INPUT_SCENARIOS: 'control/healthy-codex',
    INPUT_GATEWAY: '2026.4.14',
    INPUT_FAIL_ON: 'not-clean',
  });
  expect(outputs).toMatchObject({ outcome: 'clean', 'exit-code': '0' });
  expect(summary).toContain('1 run: 1 clean');
  expect(code).toBe(0);
});
