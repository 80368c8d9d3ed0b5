import { join } from 'node:path';
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
  /** Folder that will be the gateway's HOME. */
  home: string;
  codex: TokenSet & { accountId: string };
  xaiKey: string;
}

/**
 * Why a set-up cannot be given to a version yet, if so. Running without it would measure something else, and a wrong
 * set-up looks like a regression from outside.
 */
export function cannotPrepare(era: Era, setup: Setup): string | undefined {
  if (era.migrateCredentials && setup.codexToken !== 'fresh') {
    return 'its `doctor`, which brings credentials into SQLite, would use the expired token before the gateway does';
  }
  if (setup.idleTimeoutSeconds && era.idleTimeout !== 'agents.defaults.llm.idleTimeoutSeconds') {
    return `it takes an idle timeout only as ${era.idleTimeout}, which this harness cannot set yet`;
  }
  return undefined;
}

/** The model a gateway knows under the name that a scenario uses (`codex/gpt-5.4`). */
function modelId(era: Era, model: string): string {
  return model.replace(/^codex\//, `${era.codexProvider}/`);
}

/** The files of a fresh `~/.openclaw`, by path below HOME. Shapes: facts section 5. */
export function stateFiles(request: StateRequest): { [path: string]: string } {
  const agent = join('.openclaw', 'agents', 'main', 'agent');
  return {
    [join('.openclaw', 'openclaw.json')]: json(config(request)),
    [join(agent, 'auth-profiles.json')]: json(credentials(request)),
  };
}

const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

function config({ era, setup, port, token, home }: StateRequest) {
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
      !setup.stockRoutes && { models: { providers: { 'openai-codex': codexRoute(setup) } } }),
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
const codexRoute = (setup: Setup) => ({
  api: 'openai-codex-responses',
  baseUrl: 'https://chatgpt.com/backend-api',
  models: namesFor(setup, 'codex').map((id) => ({ id, name: id, api: 'openai-codex-responses' })),
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

/** All models of a setup, primary first. */
const modelsOf = (setup: Setup): string[] => [setup.model, ...setup.fallbacks];

/** The model names of one provider, without its prefix. */
export const namesFor = (setup: Setup, provider: 'codex' | 'xai'): string[] =>
  modelsOf(setup).flatMap((model) =>
    model.startsWith(`${provider}/`) ? [model.slice(provider.length + 1)] : [],
  );
