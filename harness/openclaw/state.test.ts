import { expect, test } from 'vitest';
import { eraOf } from '#harness/openclaw/eras/eras.ts';
import { Device } from '#harness/page/device.ts';
import { parseScenario } from '#harness/scenario/scenario.ts';
import { cannotPrepare, migrationOf, stateFiles } from './state.ts';

const CONFIG = '.openclaw/openclaw.json';

const device = new Device();

function prepare(version: string, setup: object = {}) {
  const scenario = parseScenario('a/b', { title: 'x', setup, script: async () => undefined });
  const auth = { access: 'AT', refresh: 'RT', expiresAt: 1, lifetimeMs: 1, accountId: 'account' };
  const place = { device, port: 1, token: 't', home: '/home', logs: '/logs' };
  const xai = scenario.setup.xaiToken && { ...auth, access: 'XAT', refresh: 'XRT' };
  const credentials = { tokens: { auth, 'xai-auth': xai }, keys: { xai: 'key' } };
  const files = stateFiles({ era: eraOf(version), setup: scenario.setup, credentials, ...place });
  const read = (path: string): unknown => JSON.parse(files[path] ?? 'null');
  return {
    files,
    config: read(CONFIG),
    credentials: read('.openclaw/agents/main/agent/auth-profiles.json'),
    devices: read('.openclaw/devices/paired.json'),
  };
}
const missing = (version: string, setup: object = {}) =>
  cannotPrepare(
    eraOf(version),
    parseScenario('a/b', { title: 'x', setup, script: async () => undefined }).setup,
  );

test('gives the minimal configuration that ran on 2026.4.12 to 2026.5.7', () => {
  const { config, credentials } = prepare('2026.4.12', { fallbacks: ['xai/grok-4'], idleTimeoutSeconds: 10 });
  expect(config).toMatchObject({
    gateway: { mode: 'local', bind: 'loopback', auth: { mode: 'token', token: 't' } },
    agents: {
      defaults: {
        model: { primary: 'openai-codex/gpt-5.4', fallbacks: ['xai/grok-4'] },
        llm: { idleTimeoutSeconds: 10 },
      },
    },
  });
  expect(config).not.toHaveProperty('models');
  expect(credentials).toMatchObject({
    profiles: {
      'openai-codex:default': { type: 'oauth', refresh: 'RT', expires: 1, accountId: 'account' },
      'xai:default': { type: 'api_key', key: 'key' },
    },
  });
});

test('leads 2026.4.14, and only that, back to the right route, unless a scenario wants the stock one', () => {
  const pinned = {
    models: { providers: { 'openai-codex': { baseUrl: 'https://chatgpt.com/backend-api' } } },
  };
  expect(prepare('2026.4.14').config).toMatchObject(pinned);
  expect(prepare('2026.4.14', { stockRoutes: true }).config).not.toHaveProperty('models');
  expect(prepare('2026.4.15').config).not.toHaveProperty('models');
});

test('names the provider and keeps the embedded runtime as each era wants it', () => {
  expect(prepare('2026.5.22').config).toMatchObject({
    agents: { defaults: { models: { 'openai-codex/gpt-5.4': { agentRuntime: { id: 'pi' } } } } },
  });
  expect(prepare('2026.6.1').config).toMatchObject({
    agents: { defaults: { models: { 'openai/gpt-5.4': { agentRuntime: { id: 'openclaw' } } } } },
  });
});

test('says what it cannot prepare, rather than run something else', () => {
  expect(missing('2026.4.14', { idleTimeoutSeconds: 10 })).toBeUndefined();
  expect(missing('2026.3.28', { idleTimeoutSeconds: 10 })).toContain('no limit on a silent model call');
  expect(missing('2026.4.10', { activeMemory: { timeoutMs: 5_000 } })).toBeUndefined();
  expect(missing('2026.4.9', { activeMemory: { timeoutMs: 5_000 } })).toContain('no Active Memory');
  expect(missing('2026.9.6', { idleTimeoutSeconds: 10 })).toBeUndefined();
  expect(missing('2026.4.14', { staleOrder: true })).toBeUndefined();
  expect(missing('2026.9.6', { staleOrder: true })).toBeUndefined();
  expect(missing('2026.4.12', { staleOrder: true })).toContain('order of profiles');
  expect(missing('2026.9.6', { codexToken: 'expired' })).toBeUndefined();
});

test('puts a dead profile first where each version keeps the order, agent by agent', () => {
  const STATE = '.openclaw/agents/main/agent/auth-state.json';
  const stale = { staleOrder: true, agents: ['main', 'second'] };
  const migration = (version: string, setup: object = stale) =>
    migrationOf(
      eraOf(version),
      parseScenario('a/b', { title: 'x', setup, script: async () => undefined }).setup,
    ).map((command) => command.join(' '));
  expect(JSON.parse(prepare('2026.4.14', stale).files[STATE] ?? 'null')).toMatchObject({
    order: { 'openai-codex': ['openai-codex:old', 'openai-codex:default'] },
  });
  expect(migration('2026.4.14')).toEqual([]);
  expect(prepare('2026.9.6', stale).files).not.toHaveProperty([STATE]);
  expect(migration('2026.9.6')).toEqual([
    'doctor --fix --non-interactive',
    'models auth order set --provider openai --agent main openai:old openai:default',
    'models auth order set --provider openai --agent second openai:old openai:default',
  ]);
  expect(migration('2026.9.6', {})).toEqual(['doctor --fix --non-interactive']);
});

test('names the model that a version knows, and the file that an old one is to log to', () => {
  const { config } = prepare('2026.2.12', { fallbacks: ['xai/grok-4'] });
  expect(config).toMatchObject({
    agents: { defaults: { model: { primary: 'openai-codex/gpt-5.2', fallbacks: ['xai/grok-4'] } } },
    logging: { file: '/logs/gateway.log' },
  });
  expect(prepare('2026.4.12').config).not.toHaveProperty('logging');
});

test('approves the page’s device beforehand where nobody is let in without', () => {
  expect(prepare('2026.5.12').devices).toBeNull();
  expect(prepare('2026.5.20').devices).toMatchObject({
    [device.id]: {
      publicKey: device.publicKey,
      roles: ['operator'],
      tokens: { operator: { role: 'operator' } },
    },
  });
});

test('sets the idle timeout of every provider in use where it belongs to the provider, and its route only where it must', () => {
  const setup = { model: 'xai/grok-4', idleTimeoutSeconds: 10 };
  expect(prepare('2026.9.6', setup).config).toMatchObject({
    models: { providers: { xai: { timeoutSeconds: 10 } } },
  });
  expect(prepare('2026.5.12', { ...setup, fallbacks: ['codex/gpt-5.4'] }).config).toMatchObject({
    models: {
      providers: {
        xai: { timeoutSeconds: 10, api: 'openai-responses', baseUrl: 'https://api.x.ai/v1', models: [] },
        'openai-codex': { timeoutSeconds: 10, baseUrl: 'https://chatgpt.com/backend-api', models: [] },
      },
    },
  });
  expect(prepare('2026.9.6', setup).config).not.toHaveProperty('models.providers.openai');
  expect(prepare('2026.9.6', setup).config).not.toHaveProperty('models.providers.xai.baseUrl');
});

test('gives two Codex models two names also on versions that know neither', () => {
  const setup = { model: 'codex/gpt-5.3-codex', fallbacks: ['codex/gpt-5.4'] };
  expect(prepare('2026.9.6', setup).config).toMatchObject({
    agents: { defaults: { model: { primary: 'openai/gpt-5.6-sol', fallbacks: ['openai/gpt-5.6-terra'] } } },
  });
});

test('gives every agent the same credentials, and the Codex CLI the same tokens', () => {
  const { files, config } = prepare('2026.4.14', { agents: ['main', 'second'], codexCli: true });
  const store = (id: string) => files[`.openclaw/agents/${id}/agent/auth-profiles.json`];
  expect(store('second')).toBe(store('main'));
  expect(config).toMatchObject({ agents: { list: [{ id: 'main', default: true }, { id: 'second' }] } });
  expect(JSON.parse(files['.codex/auth.json'] ?? 'null')).toMatchObject({ tokens: { refresh_token: 'RT' } });
});

test('lets an agent wake by itself only where the set-up says so', () => {
  const every = (setup: object) => prepare('2026.4.14', setup).config;
  expect(every({})).toMatchObject({ agents: { defaults: { heartbeat: { every: '0m' } } } });
  expect(every({ heartbeat: '20s' })).toMatchObject({
    agents: { defaults: { heartbeat: { every: '20s' } } },
  });
});

test('merges a scenario’s own configuration with its model names, and refuses what the harness sets', () => {
  const tools = { web: { search: { apiKey: 'x' } } };
  const config = { agents: { defaults: { heartbeat: { model: 'codex/gpt-5.4' } } }, tools };
  expect(prepare('2026.6.1', { config }).config).toMatchObject({
    agents: { defaults: { heartbeat: { model: 'openai/gpt-5.4' }, skipBootstrap: true } },
    tools,
  });
  expect(() => prepare('2026.6.1', { config: { gateway: { bind: 'lan' } } })).toThrow(
    'setup.config.gateway.bind is set by the harness itself',
  );
});

test('signs in to xAI where the version can, with all that its own sign-in leaves, and knows where it cannot', () => {
  const { config, credentials } = prepare('2026.5.28', { xaiToken: 'expired' });
  expect(config).toMatchObject({ auth: { profiles: { 'xai:default': { provider: 'xai', mode: 'oauth' } } } });
  expect(credentials).toMatchObject({
    profiles: {
      'openai-codex:default': { type: 'oauth', refresh: 'RT' },
      'xai:default': {
        ...{ type: 'oauth', provider: 'xai', access: 'XAT', refresh: 'XRT', expires: 1 },
        ...{ issuer: 'https://auth.x.ai', tokenEndpoint: 'https://auth.x.ai/oauth2/token' },
      },
    },
  });
  expect(credentials).not.toHaveProperty(['profiles', 'xai:default', 'key']);
  expect(missing('2026.5.18', { xaiToken: 'spent' })).toBeUndefined();
  expect(missing('2026.5.12', { xaiToken: 'spent' })).toContain('cannot sign in to xAI');
  expect(missing('2026.5.12')).toBeUndefined();
});

test('Active Memory looks into the memory for every message, also where it would do so on request only', () => {
  const configOf = (version: string) =>
    JSON.stringify(prepare(version, { activeMemory: { timeoutMs: 5_000 } }).config);
  expect(configOf('2026.4.14')).toContain('"active-memory":{"enabled":true,"config":{"agents"');
  expect(configOf('2026.9.6')).toContain(
    '"active-memory":{"enabled":true,"config":{"mode":"always","agents"',
  );
});
