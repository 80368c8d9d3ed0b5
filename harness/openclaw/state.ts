import { join } from 'node:path';
import { HarnessError } from '#harness/base/error.ts';
import { type Fields, isFields, json } from '#harness/base/json-text.ts';
import { type Era, eraOf } from '#harness/openclaw/eras/eras.ts';
import { modelId, modelsOf, namedFor, namesFor } from './model-names.ts';
import { codex } from './providers/codex.ts';
import { allProviders } from './providers/index.ts';
import type { Credentials, SignedIn } from './providers/provider.ts';
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
  credentials: Credentials;
}

/**
 * Why a set-up cannot be given to a version yet, if so. Running without it would measure something else, and a wrong
 * set-up looks like a regression from outside.
 */
export function cannotPrepare(era: Era, setup: Setup): string | undefined {
  if (setup.staleOrder && era.credentials === 'files')
    return 'where it keeps the order of profiles is not known to this harness';
  if (setup.activeMemory && era.activeMemory === 'none') return 'it has no Active Memory';
  if (setup.idleTimeoutSeconds && !era.config.idleTimeout) return 'it has no limit on a silent model call';
  if (setup.xaiToken && !era.xaiSignIn) return 'it cannot sign in to xAI, only use a key';
  return undefined;
}

/** @throws HarnessError `CANNOT_PREPARE` */
export function mustBePreparable(version: string, setup: Setup): void {
  const missing = cannotPrepare(eraOf(version), setup);
  if (!missing) return;
  throw new HarnessError(
    'CANNOT_PREPARE',
    `openclaw ${version} cannot be tested with this scenario: ${missing}.`,
    'What differs between versions is listed in harness/openclaw/eras/eras.ts.',
  );
}

/** Brings the files of before into the store of the version that runs it. */
export const DOCTOR = ['doctor', '--fix', '--non-interactive'] as const;

/** The commands of the version that bring the files of a set-up into its own store; none where it reads the files. */
export function migrationOf(era: Era, { agents, staleOrder }: Setup): (readonly string[])[] {
  if (era.credentials !== 'database') return [];
  const setOrder = (agent: string) => [
    ...['models', 'auth', 'order', 'set', '--provider', era.codex.id, '--agent', agent],
    ...staleFirst(era),
  ];
  return [DOCTOR, ...(staleOrder ? agents.map(setOrder) : [])];
}

const staleFirst = ({ codex: { id } }: Era) => [`${id}:old`, `${id}:default`];

/** The files of a fresh `~/.openclaw`, by path below HOME. Shapes: facts section 5. */
export function stateFiles(request: StateRequest): { [path: string]: string } {
  const { era, setup, credentials } = request;
  const { agents, staleOrder, codexCli } = setup;
  const order = { [era.codex.id]: staleFirst(era) };
  const ofAgent = (id: string) => ({
    [join(agentFolder(id), 'auth-profiles.json')]: json(profilesFile(era, credentials)),
    ...(staleOrder &&
      era.credentials === 'files-and-order' && {
        [join(agentFolder(id), 'auth-state.json')]: json({ version: 1, order }),
      }),
  });
  return {
    [CONFIG_FILE]: json(mergeNew(config(request), namedFor(era, setup.config))),
    ...Object.assign({}, ...agents.map(ofAgent)),
    ...(codexCli && { [CODEX_CLI_FILE]: codexCliFile(credentials.tokens.auth) }),
    ...(era.approveDevice && {
      [join('.openclaw', 'devices', 'paired.json')]: json(pairedDevices(request)),
    }),
  };
}

export const CONFIG_FILE = join('.openclaw', 'openclaw.json');
export const agentFolder = (id: string): string => join('.openclaw', 'agents', id, 'agent');

export const CODEX_CLI_FILE = join('.codex', 'auth.json');
/** The file of the Codex CLI, as 2026.4.14 reads it (`readOpenAICodexCliOAuthProfile`). */
export function codexCliFile({ access, refresh, accountId }: SignedIn): string {
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
        `setup.config.${place} is set by the harness itself.`,
        'Use the matching field of `setup` instead; see harness/openclaw/setup.ts.',
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
        ...(era.config.idleTimeout === 'agents.defaults.llm.idleTimeoutSeconds' &&
          setup.idleTimeoutSeconds && { llm: { idleTimeoutSeconds: setup.idleTimeoutSeconds } }),
      },
      ...(setup.agents.length > 1 && {
        list: setup.agents.map((id) => ({ id, ...(id === 'main' && { default: true }) })),
      }),
    },
    auth: {
      profiles: Object.assign({}, ...allProviders.map((provider) => provider.profiles(era, setup))),
    },
    ...providerEntries(era, setup),
    ...(era.config.nameLogFile && { logging: { file: join(logs, 'gateway.log') } }),
    ...(setup.activeMemory && {
      plugins: { entries: { 'active-memory': activeMemory(setup.activeMemory, era) } },
    }),
  };
}

/** Of the agents' defaults, what keeps the embedded runtime. */
export function runtime(era: Era, setup: Setup) {
  const { agentRuntime: id } = era.codex;
  if (!id) return {};
  const codexModels = modelsOf(setup).filter((model) => model.startsWith('codex/'));
  return {
    models: Object.fromEntries(codexModels.map((model) => [modelId(era, model), { agentRuntime: { id } }])),
  };
}

/** Nothing at all where the version's own routes and limits are wanted. */
export function providerEntries(era: Era, setup: Setup) {
  const entries = {
    ...(era.config.idleTimeout === 'models.providers.timeoutSeconds' &&
      setup.idleTimeoutSeconds &&
      idleTimeouts(era, setup, setup.idleTimeoutSeconds)),
    ...(era.codex.pinRoute && !setup.stockRoutes && { [era.codex.id]: codexRoute(setup, era) }),
  };
  return Object.keys(entries).length > 0 ? { models: { providers: entries } } : {};
}

function idleTimeouts(era: Era, setup: Setup, timeoutSeconds: number) {
  const used = allProviders.filter(({ name }) => namesFor(setup, name, era).length > 0);
  return Object.fromEntries(
    used.map(({ idIn, route }) => [
      idIn(era),
      { ...(era.config.wholeProviderEntry && { ...route, models: [] }), timeoutSeconds },
    ]),
  );
}

/** The workaround that users were given in openclaw/openclaw#66674. */
const codexRoute = (setup: Setup, era: Era) => ({
  ...codex.route,
  models: namesFor(setup, 'codex', era).map((id) => ({ id, name: id, api: codex.route.api })),
});

const activeMemory = ({ timeoutMs }: { timeoutMs: number }, era: Era) => ({
  enabled: true,
  config: {
    ...(era.activeMemory === 'on-request' && { mode: 'always' }),
    agents: ['main'],
    allowedChatTypes: ['direct'],
    timeoutMs,
    logging: true,
  },
});

const profilesFile = (era: Era, credentials: Credentials) => ({
  version: 1,
  profiles: Object.assign({}, ...allProviders.map((provider) => provider.credentials(era, credentials))),
});

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
