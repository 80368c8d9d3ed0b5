import { join } from 'node:path';
import { CLIENT, type Device, SCOPES } from '#harness/chat/device.ts';
import type { Era } from '#harness/eras/eras.ts';
import type { Setup } from '#harness/scenario.ts';
import type { TokenSet } from '#mocks/token-ledger.ts';

/** What a gateway is started with, before its era gives it a shape. */
export interface StateRequest {
  era: Era;
  setup: Setup;
  port: number;
  /** The web chat's token. */
  token: string;
  /** The web chat's device. */
  device: Device;
  /** Folder that will be the gateway's HOME. */
  home: string;
  /** Folder whose log files are read. */
  logs: string;
  codex: TokenSet & { accountId: string };
  xaiKey: string;
}

/**
 * Why a set-up cannot be given to a version yet, if so. Running without it would measure something else, and a wrong
 * set-up looks like a regression from outside.
 */
export function cannotPrepare(era: Era, setup: Setup): string | undefined {
  if (setup.idleTimeoutSeconds && era.idleTimeout !== 'agents.defaults.llm.idleTimeoutSeconds') {
    return `it takes an idle timeout only as ${era.idleTimeout}, which this harness cannot set yet`;
  }
  return undefined;
}

/** The model a gateway knows under the name that a scenario uses (`codex/gpt-5.4`). */
function modelId(era: Era, model: string): string {
  const [provider, name = ''] = model.split('/');
  return `${provider === 'codex' ? era.codexProvider : provider}/${era.models[name] ?? name}`;
}

/** The files of a fresh `~/.openclaw`, by path below HOME. Shapes: facts section 5. */
export function stateFiles(request: StateRequest): { [path: string]: string } {
  const agent = join('.openclaw', 'agents', 'main', 'agent');
  return {
    [join('.openclaw', 'openclaw.json')]: json(config(request)),
    [join(agent, 'auth-profiles.json')]: json(credentials(request)),
    ...(request.era.approveDevice && {
      [join('.openclaw', 'devices', 'paired.json')]: json(pairedDevices(request)),
    }),
  };
}

const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

function config({ era, setup, port, token, home, logs }: StateRequest) {
  const codexProfile = { [`${era.codexProvider}:default`]: { provider: era.codexProvider, mode: 'oauth' } };
  return {
    gateway: { mode: 'local', port, bind: 'loopback', auth: { mode: 'token', token } },
    agents: {
      defaults: {
        workspace: join(home, 'workspace'),
        skipBootstrap: true,
        model: {
          primary: modelId(era, setup.model),
          fallbacks: setup.fallbacks.map((model) => modelId(era, model)),
        },
        ...runtime(era, setup),
        ...(era.idleTimeout === 'agents.defaults.llm.idleTimeoutSeconds' &&
          setup.idleTimeoutSeconds && { llm: { idleTimeoutSeconds: setup.idleTimeoutSeconds } }),
      },
    },
    auth: { profiles: { ...codexProfile, 'xai:default': { provider: 'xai', mode: 'api_key' } } },
    ...(era.pinCodexRoute &&
      !setup.stockRoutes && { models: { providers: { 'openai-codex': codexRoute(setup, era) } } }),
    ...(era.nameLogFile && { logging: { file: join(logs, 'gateway.log') } }),
    ...(setup.activeMemory && {
      plugins: { entries: { 'active-memory': activeMemory(setup.activeMemory) } },
    }),
  };
}

function runtime(era: Era, setup: Setup) {
  if (!era.agentRuntime) return {};
  const { agentRuntime: id } = era;
  const codexModels = modelsOf(setup).filter((model) => model.startsWith('codex/'));
  return {
    models: Object.fromEntries(codexModels.map((model) => [modelId(era, model), { agentRuntime: { id } }])),
  };
}

/** The workaround that users were given in openclaw/openclaw#66674. */
const codexRoute = (setup: Setup, era: Era) => ({
  api: 'openai-codex-responses',
  baseUrl: 'https://chatgpt.com/backend-api',
  models: namesFor(setup, 'codex', era).map((id) => ({ id, name: id, api: 'openai-codex-responses' })),
});

const activeMemory = ({ timeoutMs }: { timeoutMs: number }) => ({
  enabled: true,
  config: { agents: ['main'], allowedChatTypes: ['direct'], timeoutMs, logging: true },
});

function credentials({ era, codex, xaiKey }: StateRequest) {
  const { access, refresh, expiresAt: expires, accountId } = codex;
  const provider = era.codexProvider;
  return {
    version: 1,
    profiles: {
      [`${provider}:default`]: { type: 'oauth', provider, access, refresh, expires, accountId },
      'xai:default': { type: 'api_key', provider: 'xai', key: xaiKey },
    },
  };
}

/** As `openclaw devices approve` leaves them; seen in the folder of 2026.2.12 and of 2026.5.20. */
function pairedDevices({ device: { id, publicKey } }: StateRequest) {
  const [role, now] = ['operator', Date.now()];
  // Never shown by the page: it signs in with the gateway's token.
  const token = `device-synthetic-${id.slice(0, 32)}`;
  const who = { deviceId: id, publicKey, clientId: CLIENT.id, clientMode: CLIENT.mode };
  return {
    [id]: {
      ...who,
      ...{ platform: process.platform, role, roles: [role], scopes: SCOPES, approvedScopes: SCOPES },
      ...{
        tokens: { operator: { token, role, scopes: SCOPES, createdAtMs: now } },
        createdAtMs: now,
        approvedAtMs: now,
      },
    },
  };
}

/** All models of a setup, primary first. */
const modelsOf = (setup: Setup): string[] => [setup.model, ...setup.fallbacks];

/** The model names of one provider as the version knows them, without its prefix. */
export const namesFor = (setup: Setup, provider: 'codex' | 'xai', era: Era): string[] =>
  modelsOf(setup)
    .filter((model) => model.startsWith(`${provider}/`))
    .map((model) => modelId(era, model).split('/').slice(1).join('/'));
