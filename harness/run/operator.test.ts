import { expect, test } from 'vitest';
import type { Hands } from '#harness/gateway/gateway.ts';
import { eraOf } from '#harness/openclaw/eras/eras.ts';
import { parseScenario } from '#harness/scenario/scenario.ts';
import { ofKind, Timeline } from '#harness/timeline/timeline.ts';
import { TokenLedger } from '#mocks/token-ledger.ts';
import { Operator } from './operator.ts';

interface Workplace {
  files?: { [path: string]: string };
  /** What every command ends in. */
  code?: number;
  agents?: string[];
}

function workplace(version: string, { files = {}, code = 1, agents = ['main'] }: Workplace = {}) {
  const commands: unknown[] = [];
  const timeline = new Timeline();
  const ledger = new TokenLedger('seed');
  const gateway: Hands = {
    editFile: async (path, edit) => {
      files[path] = edit(files[path]);
    },
    runCli: async (...asked) => {
      commands.push(asked);
      return { code, output: 'well\nno' };
    },
  };
  const { setup } = parseScenario('a/b', { title: 'x', setup: { agents }, script: async () => undefined });
  const operator = new Operator({ gateway, era: () => eraOf(version), setup, ledger, timeline });
  timeline.hide(() => ledger.secrets());
  const read = (path: string): unknown => JSON.parse(files[path] ?? 'null');
  const steps = () =>
    timeline.events.filter(ofKind('gateway.step')).map(({ step, detail }) => [step, detail]);
  return { operator, ledger, timeline, read, steps, commands };
}
const STORE = '.openclaw/agents/main/agent/auth-profiles.json';

test('changes only the named fields of the configuration, and takes away what is null', async () => {
  const before = JSON.stringify({ agents: { defaults: { model: { primary: 'a', fallbacks: [] }, x: 1 } } });
  const { operator, read, steps } = workplace('2026.6.1', { files: { '.openclaw/openclaw.json': before } });
  await operator.editConfig({ agents: { defaults: { model: { fallbacks: ['codex/gpt-5.4'] }, x: null } } });
  expect(read('.openclaw/openclaw.json')).toEqual({
    agents: { defaults: { model: { primary: 'a', fallbacks: ['openai/gpt-5.4'] } } },
  });
  expect(steps()).toMatchObject([['edit-config', expect.stringContaining('fallbacks')]]);
});

test('signs in with new tokens, leaves the other profiles, and ends the cooldown', async () => {
  const profile = 'openai-codex:default';
  const { operator, ledger, read, steps } = workplace('2026.4.14', {
    files: {
      [STORE]: JSON.stringify({
        version: 1,
        profiles: { [profile]: { refresh: 'dead' }, 'xai:default': {} },
      }),
      '.openclaw/agents/main/agent/auth-state.json': JSON.stringify({
        usageStats: { [profile]: { errorCount: 3 } },
      }),
    },
  });
  await operator.signIn();
  const [{ value: refresh } = { value: '' }] = ledger.secrets();
  expect(read(STORE)).toMatchObject({
    profiles: { [profile]: { type: 'oauth', refresh }, 'xai:default': {} },
  });
  expect(read('.openclaw/agents/main/agent/auth-state.json')).toEqual({ usageStats: {} });
  expect(steps()).toEqual([['sign-in', 'RT1']]);
});

test("signs in by the version's own command where it keeps credentials in SQLite, agent by agent", async () => {
  const { operator, timeline, steps, commands } = workplace('2026.9.6', {
    code: 0,
    agents: ['main', 'other'],
  });
  await operator.signIn();
  const login = (agent: string) =>
    `models auth login --provider openai --agent ${agent} --method device-code`.split(' ');
  expect(commands).toEqual([
    [login('main'), { terminal: true }],
    [login('other'), { terminal: true }],
  ]);
  expect(steps()).toEqual([
    ['sign-in', `openclaw ${login('main').join(' ')}`],
    ['sign-in', `openclaw ${login('other').join(' ')}`],
  ]);
  expect(timeline.events.filter(ofKind('gateway.cli'))).toHaveLength(2);
});

test('a sign-in that fails makes the run untestable, with what the command said last', async () => {
  await expect(workplace('2026.9.6').operator.signIn()).rejects.toMatchObject({
    code: 'CANNOT_SIGN_IN',
    exitCode: 125,
    message: 'openclaw models auth login ended with 1; its last line: no',
  });
});

test('the Codex CLI uses the token up and keeps the new one to itself', async () => {
  const { operator, ledger, read, steps } = workplace('2026.4.14');
  const { refresh } = ledger.issue({ lifetimeMs: 1_000 });
  await operator.rotateBehindItsBack();
  expect(ledger.redeem(refresh, 1_000).result).toBe('reused');
  expect(read('.codex/auth.json')).toMatchObject({
    auth_mode: 'chatgpt',
    tokens: { refresh_token: expect.any(String) },
  });
  expect(JSON.stringify(read('.codex/auth.json'))).not.toContain(refresh);
  expect(steps()).toEqual([['rotate-token', 'RT1 for RT2']]);
});

test('a command stands in the timeline before it runs, and what it said after, without secrets', async () => {
  const { operator, timeline } = workplace('2026.4.14');
  await operator.cli('models', 'status');
  expect(timeline.events).toMatchObject([
    { kind: 'gateway.step', step: 'cli', detail: 'openclaw models status' },
    { kind: 'gateway.cli', command: 'openclaw models status', code: 1, output: 'well\nno' },
  ]);
});
