import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const root = fileURLToPath(new URL('../../', import.meta.url));
const steps = z.array(z.object({ run: z.string().optional() }));
const workflow = z.object({ jobs: z.record(z.string(), z.object({ steps })) });

const scriptsOf = (path: string): string[] =>
  Object.values(workflow.parse(parse(readFileSync(join(root, path), 'utf8'))).jobs).flatMap((job) =>
    job.steps.flatMap(({ run }) => run ?? []),
  );

/** As a runner starts a step. */
const bash = (script: string, env: { [name: string]: string }, cwd = root) =>
  spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
    ...{ cwd, encoding: 'utf8', env: { PATH: process.env.PATH, ...env } },
  });

test('the machines of a matrix are counted, and nothing else gets into the plan', () => {
  const plan = scriptsOf('.github/workflows/matrix.yml')[0] ?? '';
  const folder = mkdtempSync(join(tmpdir(), 'openclaw-repro-test-'));
  const GITHUB_OUTPUT = join(folder, 'output');
  expect(bash(plan, { SHARDS: '3', GITHUB_OUTPUT }).status).toBe(0);
  for (const SHARDS of ['0', '21', '3; touch x', '', '03']) {
    expect(bash(plan, { SHARDS, GITHUB_OUTPUT })).toMatchObject({ status: 1 });
  }
  expect(readFileSync(GITHUB_OUTPUT, 'utf8')).toBe('list=[1,2,3]\n');
  rmSync(folder, { recursive: true });
});

test('the parts of a matrix become one page', () => {
  const merge =
    scriptsOf('.github/workflows/matrix.yml').find((script) => script.includes('matrix merge')) ?? '';
  const folder = mkdtempSync(join(tmpdir(), 'openclaw-repro-test-'));
  mkdirSync(join(folder, 'parts', 'matrix-1'), { recursive: true });
  symlinkSync(join(root, 'harness'), join(folder, 'harness'));
  const controls = join(root, 'reports/controls');
  const [measured = ''] = readdirSync(controls).filter((name) => name.endsWith('.json'));
  copyFileSync(join(controls, measured), join(folder, 'parts/matrix-1/matrix.json'));
  expect(bash(merge, {}, folder)).toMatchObject({ status: 0, stderr: '' });
  expect(readFileSync(join(folder, 'site/index.html'), 'utf8')).toContain('control/healthy-codex');
  rmSync(folder, { recursive: true });
});

test('a search without a sure answer fails no job, a wrong call does', () => {
  const search = scriptsOf('.github/workflows/bisect.yml').at(-1) ?? '';
  const folder = mkdtempSync(join(tmpdir(), 'openclaw-repro-test-'));
  const env = {
    SCENARIO: 'a/b',
    GOOD: '$(touch x)',
    BAD: '',
    FIND_FIX: 'true',
    CONFIDENCE: '0.9',
    BUDGET: '1h',
  };
  const GITHUB_STEP_SUMMARY = join(folder, 'summary');
  const endsWith = (code: number) => {
    const node = `node() { printf '[%s]' "$@"; mkdir -p out/x; echo found > out/x/bisect.md; return ${code}; }`;
    return bash(`${node}\n${search}`, { ...env, GITHUB_STEP_SUMMARY }, folder);
  };
  expect(endsWith(0)).toMatchObject({
    status: 0,
    stdout:
      '[harness/openclaw-repro.mjs][bisect][--confidence=0.9][--budget=1h][--output=out][--good=$(touch x)][--find-fix][--][a/b]',
  });
  expect(readFileSync(GITHUB_STEP_SUMMARY, 'utf8')).toBe('found\n');
  expect(endsWith(125)).toMatchObject({ status: 0, stdout: expect.stringContaining('::warning::') });
  expect(endsWith(128)).toMatchObject({ status: 128 });
  rmSync(folder, { recursive: true });
});

test('what a version does fails no job of a matrix', () => {
  const play = scriptsOf('.github/workflows/matrix.yml').find((script) => script.includes('SCENARIOS')) ?? '';
  const env = { SCENARIOS: 'control stream/*', VERSIONS: 'latest-2', SHARD: '1/4' };
  const endsWith = (code: number) => bash(`node() { printf '[%s]' "$@"; return ${code}; }\n${play}`, env);
  expect(endsWith(1)).toMatchObject({
    status: 0,
    stdout:
      '[harness/openclaw-repro.mjs][matrix][--scenarios=control][--scenarios=stream/*][--versions=latest-2][--shard=1/4][--output=out]',
  });
  expect(endsWith(129)).toMatchObject({ status: 129 });
});
