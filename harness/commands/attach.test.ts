import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunRecord } from '#harness/record/record.ts';
import { startGitHub } from '#harness/testing/github-stand-in.ts';
import { recordOfHang } from '#reports/testing.ts';

const bin = fileURLToPath(new URL('../openclaw-repro.mjs', import.meta.url));
const TOKEN = 'ghp_synthetic0000000000000000000000000000';
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'openclaw-repro-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const store = (record: RunRecord) => writeFileSync(join(folder, 'record.json'), JSON.stringify(record));

function attach(api: string | undefined, args: string[] = [], token: string | undefined = TOKEN) {
  const where = ['--issue', 'acme/gateway#7', ...(api ? ['--api-url', api] : [])];
  return cli(['attach', folder, ...where, ...args], token);
}

async function cli(args: readonly string[], token = '') {
  const { GITHUB_TOKEN: _, GH_TOKEN: __, GITHUB_API_URL: ___, ...rest } = process.env;
  const env = { ...rest, ...(token && { GITHUB_TOKEN: token }) };
  const child = spawn(process.execPath, [bin, ...args], { env });
  const [out, error, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.on('close', resolve)),
  ]);
  expect(out + error).not.toContain(TOKEN);
  return { out, error, code };
}

test('posts, then updates, the same comment', async () => {
  await using github = await startGitHub(TOKEN);
  store(recordOfHang());
  const first = await attach(github.url, ['--yes']);
  expect(first).toMatchObject({
    code: 0,
    out: expect.stringMatching(/was created: https:.*issuecomment-1$/m),
  });
  store(recordOfHang({ seed: 'second' }));
  const second = await attach(github.url, ['--yes']);
  expect(second).toMatchObject({
    code: 0,
    out: expect.stringMatching(/was updated: https:.*issuecomment-1$/m),
  });
  expect(github.comments).toHaveLength(1);
  expect(github.comments[0]?.body).toContain('--seed second');
});

test('posts one comment where the answer gets lost on the way', async () => {
  await using github = await startGitHub(TOKEN);
  store(recordOfHang());
  github.loseNextAnswer();
  expect(await attach(github.url, ['--yes'])).toMatchObject({ code: 0 });
  expect(github.comments).toHaveLength(1);
});

test('shows exactly what it would post, and posts nothing', async () => {
  await using github = await startGitHub(TOKEN);
  store(recordOfHang());
  const { out, error, code } = await attach(github.url);
  expect(code).toBe(0);
  expect(error).toContain('This would be a new comment under acme/gateway#7. Nothing was posted');
  expect(github.comments).toEqual([]);
  await attach(github.url, ['--yes']);
  expect(github.comments[0]?.body).toBe(out);
  expect((await attach(github.url)).error).toMatch(/take the place of .*issuecomment-1/);
});

test('shows it without a token and without a network, and posts nothing so', async () => {
  store(recordOfHang());
  expect(await attach(undefined, [], '')).toMatchObject({
    code: 0,
    out: expect.stringContaining('never ended'),
  });
  expect(await attach(undefined, ['--yes'], '')).toMatchObject({
    code: 128,
    error: expect.stringContaining('NO_TOKEN'),
  });
});

test('cuts a body that is too long, and says so', async () => {
  await using github = await startGitHub(TOKEN);
  const wide = '*'.repeat(290);
  const one = { session: wide, text: wide, stage: 'streaming', ending: 'failed', attempts: 4 } as const;
  const { scenario, timeline } = recordOfHang();
  const fault = (exchange: number) => ({
    kind: 'provider.fault' as const,
    at: exchange,
    exchange,
    fault: wide,
  });
  const faults = Array.from({ length: 100 }, (_, index) => ({
    seq: timeline.length + index,
    ...fault(index),
  }));
  store(
    recordOfHang({
      timeline: [...timeline, ...faults],
      scenario: { ...scenario, faults: { codex: Array<string>(100).fill(wide) } },
      turns: Array.from({ length: 100 }, (_, number) => ({ number, ...one })),
      refused: Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`${index}${wide}`, 1])),
      findings: Array.from({ length: 20 }, () => ({ check: 'reply-arrives', sentence: wide, evidence: [1] })),
      error: { code: 'X', message: wide, advice: '', logTail: Array<string>(100).fill(wide) },
    }),
  );
  expect(await attach(github.url, ['--yes'])).toMatchObject({ code: 0 });
  const body = github.comments[0]?.body ?? '';
  expect(body.length).toBeLessThan(60_200);
  expect(body.split('\n').find((line) => line.startsWith('_Left'))).toMatch(
    /^_Left out, to stay under 60,000: .*Gateway log\. All of it is in/,
  );
  expect(body.match(/<details>/g)?.length).toBe(body.match(/<\/details>/g)?.length);
});

test('refuses a report that holds a real secret, and hides whose machine it was', async () => {
  await using github = await startGitHub(TOKEN);
  const logTail = ['started by ann@mail.test in /home/ann/work'];
  const error = { code: 'X', message: 'It fails', advice: 'Mend it', logTail };
  store(recordOfHang({ error }));
  const { out } = await attach(github.url);
  expect(out).toContain('started by EMAIL-1 in /home/USER-1/work');

  const secret = `sk-proj-${'a1B2'.repeat(10)}`;
  store(recordOfHang({ error: { ...error, logTail: [`key ${secret}`] } }));
  const refused = await attach(github.url, ['--yes']);
  expect(refused).toMatchObject({ code: 128, error: expect.stringMatching(/^REAL_SECRET .*OPENAI-KEY/m) });
  expect(refused.out + refused.error).not.toContain(secret);
  expect(github.requests.some((request) => request.startsWith('POST /repos'))).toBe(false);
  expect(await cli(['report', folder])).toMatchObject({ code: 128, out: '', error: refused.error });
});

test.each([
  ['no issue', ['--issue', 'gateway'], /Expected --issue to be owner\/repo#123/],
  ['a token in the clear', ['--api-url', 'http://ghe.example'], /would be sent unencrypted/],
])('%s is a wrong call', async (_what, args, sentence) => {
  store(recordOfHang());
  expect(await attach(undefined, args)).toMatchObject({ code: 128, error: expect.stringMatching(sentence) });
});
