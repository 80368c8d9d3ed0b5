import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { killQuietly, processesOf } from '#harness/base/processes.ts';
import { resolveGateway } from '#harness/gateway/resolve.ts';
import { run } from '#harness/run/run.ts';
import { parseScenario } from '#harness/scenario/scenario.ts';
import type { Page } from '#harness/scenario/script.ts';
import { VersionStore } from '#harness/store/version-store.ts';
import { cutAfter, type Fault, silence } from '#mocks/faults.ts';
import { bytesOf, type Step } from '#mocks/steps.ts';
import { type CheckId, checkIds } from './ids.ts';

/** Three runs of real gateways, in which every check goes red at least once. */
const { signal } = new AbortController();
const store = new VersionStore();
const seen = new Set<CheckId>();
let runs: string;

beforeAll(() => {
  runs = mkdtempSync(join(tmpdir(), 'openclaw-repro-test-'));
});
afterAll(() => rmSync(runs, { recursive: true }));

/** What was found, by check. */
async function findings(version: string, name: string, scenario: object) {
  const gateway = await resolveGateway(version, { store, progress: () => undefined, signal });
  const record = await run(parseScenario(name, scenario), gateway, { runs, seed: name, signal });
  for (const { check } of record.findings) seen.add(check);
  const byCheck = Map.groupBy(record.findings, ({ check }) => check);
  return Object.fromEntries(
    [...byCheck].map(([check, list]) => [check, list.map(({ sentence }) => sentence)]),
  );
}

test('the thread: silence, then cuts, in two sessions at once', async () => {
  const found = await findings('2026.4.14', 'red/thread', {
    title: 'xAI is silent, Codex is cut, a third model is left',
    setup: {
      model: 'xai/grok-4',
      fallbacks: ['codex/gpt-5.3-codex', 'codex/gpt-5.4'],
      idleTimeoutSeconds: 5,
    },
    providers: { xai: [silence()], codex: [cutAfter(1)] },
    async script(page: Page) {
      const [chat, other] = [page.session(), page.session('other')];
      await Promise.all([chat.say('Hello'), other.say('Hello too')]);
      await chat.say('Are you still there?');
    },
    budgets: { attempts: 3, firstWordMs: 4_000 },
    checks: ['fallback-order', 'history-is-true', 'first-word-in-time'],
  });
  expect(found).toMatchObject({
    'reply-arrives': expect.arrayContaining([
      expect.stringContaining('never ended: it stopped at "streaming"'),
    ]),
    'session-continues': [expect.stringContaining('after turn 1, turn 3')],
    'others-unharmed': [expect.stringContaining('turn 2 (agent:main:other)')],
    'no-ghost-run': expect.arrayContaining([expect.stringContaining('still calls agent:main:main running')]),
    'bounded-attempts': expect.arrayContaining([
      expect.stringContaining('provider requests; the budget is 3'),
    ]),
    'fallback-order': expect.arrayContaining([expect.stringContaining('logged candidate_succeeded')]),
    'history-is-true': expect.arrayContaining([expect.stringContaining('4 pieces of a reply')]),
    'first-word-in-time': expect.arrayContaining([expect.stringContaining('its first word after')]),
  });
});

test('a refresh whose answer brings no refresh token, and a crash', async () => {
  const found = await findings('2026.4.14', 'red/refresh', {
    title: 'The answer to a refresh lacks the new refresh token',
    setup: { codexToken: 'expired' },
    providers: { auth: [withoutRefreshToken] },
    async script(page: Page) {
      const chat = page.session();
      await chat.say('Hello');
      await chat.say('Again');
      for (const runId of readdirSync(runs))
        for (const pid of processesOf(runId)) killQuietly(pid, 'SIGSEGV');
      await page.idle(2_000);
    },
    checks: ['tokens-stored'],
  });
  expect(found).toMatchObject({
    'refresh-discipline': [expect.stringContaining('the refresh token RT1 was posted 2 times')],
    'no-secret-shown': expect.arrayContaining([expect.stringMatching(/shows AT\d/)]),
    'tokens-stored': [expect.stringContaining('still holds the refresh token RT1')],
    'gateway-alive': [expect.stringContaining('ended by itself (SIGSEGV)')],
  });
});

test('a wrong cause: an answer that is cut at once, and the user reads of a wait', async () => {
  const found = await findings('2026.9.6', 'red/error', {
    title: 'The stream is cut every time',
    setup: { model: 'xai/grok-4' },
    providers: { xai: [cutAfter(1)] },
    script: (page: Page) => page.session().say('Hello'),
    checks: ['error-is-useful'],
  });
  expect(found).toMatchObject({ 'error-is-useful': [expect.stringContaining('blames a wait')] });
});

test('every check went red', () => {
  expect(checkIds.filter((id) => !seen.has(id))).toEqual([]);
});

/** A hostile authority: it takes the refresh token, and gives only an access token for it. */
const withoutRefreshToken: Fault = {
  name: 'without-refresh-token',
  describe: () => 'answers a refresh without a new refresh token',
  apply: (steps) =>
    steps.flatMap((step): Step[] => {
      if (step.do === 'head') return [{ do: 'fault', name: 'without-refresh-token' }, step];
      if (step.do !== 'send') return [step];
      const body = JSON.parse(Buffer.from(step.bytes).toString()) as { [name: string]: unknown };
      const { refresh_token: _kept, ...rest } = body;
      return [{ ...step, bytes: bytesOf(JSON.stringify(rest)) }];
    }),
};
