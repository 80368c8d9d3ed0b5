import { join } from 'node:path';
import { HarnessError } from '#harness/base/error.ts';
import { type Fields, isFields, json } from '#harness/base/json-text.ts';
import { type Era, eraOf } from '#harness/openclaw/eras/eras.ts';
import type { TokenSet } from '#mocks/token-ledger.ts';
import { XAI_SIGN_IN } from '#mocks/xai-auth.ts';
import { modelId, modelsOf, namedFor, namesFor, providers } from './model-names.ts';
import type { Setup } from './setup.ts';
import { CLIENT, type KnownDevice, SCOPES } from './web-client.ts';

/** What a gateway is started with, before its era gives it a shape. */
export interface StateRequest {
  era: Era;
  setup: Setup;
  port: number;
  /** The web chat's token. */
  token: string;
  /** The web chat's device. */
  device: KnownDevice;
  /** Folder that will be the gateway's HOME. */
  home: string;
  /** Folder whose log files are read. */
  logs: string;
  codex: TokenSet & { accountId: string };
  /** The tokens of the profile that a stale order puts first. */
  old?: TokenSet;
  xaiKey: string;
  /** The tokens of a sign-in to xAI, which then takes the place of the key. */
  xai?: TokenSet & { accountId: string };
}

/**
 * Why a set-up cannot be given to a version yet, if so. Running without it would measure something else, and a wrong
 * set-up looks like a regression from outside.
 */
export function cannotPrepare(era: Era, setup: Setup): string | undefined {
  if (setup.staleOrder && !era.orderInAuthState && !era.migrateCredentials)
    return 'where it keeps the order of profiles is not known to this harness';
  if (setup.activeMemory && !era.activeMemory) return 'it has no Active Memory';
  if (setup.idleTimeoutSeconds && !era.idleTimeout) return 'it has no limit on a silent model call';
  if (setup.xaiToken && !era.xaiSignIn) return 'it cannot sign in to xAI, only use a key';
  return undefined;
}

/** @throws HarnessError `CANNOT_PREPARE` */
export function mustBePreparable(version: string, setup: Setup): void {
  const missing = cannotPrepare(eraOf(version), setup);
  if (!missing) return;
  throw new HarnessError(
    'CANNOT_PREPARE',
    'gateway',
    `openclaw ${version} cannot be tested with this scenario: ${missing}.`,
    'What versions differ in is in harness/openclaw/eras/eras.ts.',
  );
}

/** Brings the files of before into the store of the version that runs it. */
export const DOCTOR = ['doctor', '--fix', '--non-interactive'] as const;

/** The commands of the version that bring the files of a set-up into its own store; none where it reads the files. */
export function migrationOf(era: Era, { agents, staleOrder }: Setup): (readonly string[])[] {
  if (!era.migrateCredentials) return [];
  const setOrder = (agent: string) => [
    ...['models', 'auth', 'order', 'set', '--provider', era.codexProvider, '--agent', agent],
    ...staleFirst(era),
  ];
  return [DOCTOR, ...(staleOrder ? agents.map(setOrder) : [])];
}

const staleFirst = ({ codexProvider }: Era) => [`${codexProvider}:old`, `${codexProvider}:default`];

/** The files of a fresh `~/.openclaw`, by path below HOME. Shapes: facts section 5. */
export function stateFiles(request: StateRequest): { [path: string]: string } {
  const { agents, staleOrder, codexCli } = request.setup;
  const { codexProvider, orderInAuthState } = request.era;
  const order = { [codexProvider]: staleFirst(request.era) };
  const ofAgent = (id: string) => ({
    [join(agentFolder(id), 'auth-profiles.json')]: json(credentials(request)),
    ...(staleOrder &&
      orderInAuthState && { [join(agentFolder(id), 'auth-state.json')]: json({ version: 1, order }) }),
  });
  return {
    [CONFIG_FILE]: json(mergeNew(config(request), namedFor(request.era, request.setup.config))),
    ...Object.assign({}, ...agents.map(ofAgent)),
    ...(codexCli && { [CODEX_CLI_FILE]: codexCliFile(request.codex) }),
    ...(request.era.approveDevice && {
      [join('.openclaw', 'devices', 'paired.json')]: json(pairedDevices(request)),
    }),
  };
}

export const CONFIG_FILE = join('.openclaw', 'openclaw.json');
export const agentFolder = (id: string): string => join('.openclaw', 'agents', id, 'agent');

export const CODEX_CLI_FILE = join('.codex', 'auth.json');
/** The file of the Codex CLI, as 2026.4.14 reads it (`readOpenAICodexCliOAuthProfile`). */
export function codexCliFile({ access, refresh, accountId }: StateRequest['codex']): string {
  const tokens = { id_token: access, access_token: access, refresh_token: refresh, account_id: accountId };
  const last_refresh = new Date().toISOString();
  return json({ auth_mode: 'chatgpt', OPENAI_API_KEY: null, tokens, last_refresh });
}

/** @throws HarnessError `CONFIG_TAKEN` where both say something about the same key */
function mergeNew(base: Fields, extra: Fields, path = ''): Fields {
  const merged = { ...base };
  for (const [key, value] of Object.entries(extra)) {
    const [own, place] = [merged[key], `${path}${key}`];
    if (own === undefined) merged[key] = value;
    else if (isFields(own) && isFields(value)) merged[key] = mergeNew(own, value, `${place}.`);
    else
      throw new HarnessError(
        'CONFIG_TAKEN',
        'call',
        `setup.config.${place} is set by the harness itself.`,
        'Use the field of `setup` that is meant for it; they are in harness/openclaw/setup.ts.',
      );
  }
  return merged;
}

/**
 * By default an agent wakes every half hour, at a moment that hangs on the device's name, so that of runs of two minutes
 * one in fifteen had a turn of its own in the session under test, after which the session was at work no more
 * (`resolveHeartbeatPhaseMs`, read and seen in 2026.4.14).
 */
const NO_HEARTBEAT = '0m';

function config({ era, setup, port, token, home, logs }: StateRequest) {
  const names = setup.staleOrder ? ['default', 'old'] : ['default'];
  const codexProfiles = Object.fromEntries(
    names.map((name) => [`${era.codexProvider}:${name}`, { provider: era.codexProvider, mode: 'oauth' }]),
  );
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
        heartbeat: { every: setup.heartbeat ?? NO_HEARTBEAT },
        ...(era.idleTimeout === 'agents.defaults.llm.idleTimeoutSeconds' &&
          setup.idleTimeoutSeconds && { llm: { idleTimeoutSeconds: setup.idleTimeoutSeconds } }),
      },
      ...(setup.agents.length > 1 && {
        list: setup.agents.map((id) => ({ id, ...(id === 'main' && { default: true }) })),
      }),
    },
    auth: {
      profiles: {
        ...codexProfiles,
        'xai:default': { provider: 'xai', mode: setup.xaiToken ? 'oauth' : 'api_key' },
      },
    },
    ...providerEntries(era, setup),
    ...(era.nameLogFile && { logging: { file: join(logs, 'gateway.log') } }),
    ...(setup.activeMemory && {
      plugins: { entries: { 'active-memory': activeMemory(setup.activeMemory, era) } },
    }),
  };
}

/** Of the agents' defaults, what keeps the embedded runtime. */
export function runtime(era: Era, setup: Setup) {
  if (!era.agentRuntime) return {};
  const { agentRuntime: id } = era;
  const codexModels = modelsOf(setup).filter((model) => model.startsWith('codex/'));
  return {
    models: Object.fromEntries(codexModels.map((model) => [modelId(era, model), { agentRuntime: { id } }])),
  };
}

/** Nothing at all where the version's own routes and limits are wanted. */
export function providerEntries(era: Era, setup: Setup) {
  const entries = {
    ...(era.idleTimeout === 'models.providers.timeoutSeconds' &&
      setup.idleTimeoutSeconds &&
      idleTimeouts(era, setup, setup.idleTimeoutSeconds)),
    ...(era.pinCodexRoute && !setup.stockRoutes && { 'openai-codex': codexRoute(setup, era) }),
  };
  return Object.keys(entries).length > 0 ? { models: { providers: entries } } : {};
}

/**
 * The routes that the packages ship; an entry without models leaves those that the version knows. Without `api`
 * 2026.5.12 turns from xAI's Responses to its Chat Completions (seen when run).
 */
const SHIPPED_ROUTES = {
  codex: { api: 'openai-codex-responses', baseUrl: 'https://chatgpt.com/backend-api', models: [] },
  xai: { api: 'openai-responses', baseUrl: 'https://api.x.ai/v1', models: [] },
};

function idleTimeouts(era: Era, setup: Setup, timeoutSeconds: number) {
  const used = providers.filter((name) => namesFor(setup, name, era).length > 0);
  return Object.fromEntries(
    used.map((name) => [
      name === 'codex' ? era.codexProvider : name,
      { ...(era.wholeProviderEntry && SHIPPED_ROUTES[name]), timeoutSeconds },
    ]),
  );
}

/** The workaround that users were given in openclaw/openclaw#66674. */
const codexRoute = (setup: Setup, era: Era) => ({
  api: 'openai-codex-responses',
  baseUrl: 'https://chatgpt.com/backend-api',
  models: namesFor(setup, 'codex', era).map((id) => ({ id, name: id, api: 'openai-codex-responses' })),
});

const activeMemory = ({ timeoutMs }: { timeoutMs: number }, { recallsOnRequest }: Era) => ({
  enabled: true,
  config: {
    ...(recallsOnRequest && { mode: 'always' }),
    agents: ['main'],
    allowedChatTypes: ['direct'],
    timeoutMs,
    logging: true,
  },
});

function credentials({ era, codex, old, xai, xaiKey }: StateRequest) {
  const provider = era.codexProvider;
  const { accountId } = codex;
  return {
    version: 1,
    profiles: {
      ...(old && { [`${provider}:old`]: codexProfile(provider, { ...old, accountId }) }),
      [`${provider}:default`]: codexProfile(provider, codex),
      'xai:default': xai ? xaiProfile(xai) : { type: 'api_key', provider: 'xai', key: xaiKey },
    },
  };
}

export const codexProfile = (provider: string, tokens: StateRequest['codex']) => {
  const { access, refresh, expiresAt: expires, accountId } = tokens;
  return { type: 'oauth', provider, access, refresh, expires, accountId };
};

/** As a sign-in leaves it: read in `loginXaiDeviceCode` of 2026.5.28 and 2026.9.6. */
function xaiProfile({ access, refresh, expiresAt: expires, accountId }: StateRequest['codex']) {
  const { tokenEndpoint, deviceAuthorizationEndpoint, issuer } = XAI_SIGN_IN;
  const from = { tokenEndpoint, deviceAuthorizationEndpoint, issuer, authFlow: 'device-code' };
  return { type: 'oauth', provider: 'xai', access, refresh, expires, accountId, idToken: access, ...from };
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
