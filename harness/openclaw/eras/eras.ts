import { compareVersions } from '#harness/versions/version.ts';

/** All in which OpenClaw's versions differ for us. */
export interface Era {
  /** What its package does not bring by itself. */
  install: {
    /** Optional packages that it does not start without. */
    needsOptional: boolean;
    /** It has npm install the dependencies of its bundled plugins when it starts. */
    stageBundledDeps: boolean;
    /** It does not start without what any bundled plugin depends on, which its own install script brings. */
    needsBundledDeps: boolean;
  };
  codex: {
    /** The provider id of ChatGPT Codex. */
    id: 'openai-codex' | 'openai';
    /** The stock route to Codex is broken; scenarios that are not about it use the workaround of the issue named below. */
    pinRoute: boolean;
    /** Keeps the embedded agent runtime where the version would start the Codex app-server instead. */
    agentRuntime?: 'pi' | 'openclaw';
  };
  config: {
    /** Where the limit on a silent model call is set; the first versions have none. */
    idleTimeout?: 'agents.defaults.llm.idleTimeoutSeconds' | 'models.providers.timeoutSeconds';
    /** A provider's entry must say its base URL and list its models, also where it changes neither. */
    wholeProviderEntry: boolean;
    /** It logs to /tmp/openclaw, which all gateways of a machine share, unless a file is named. */
    nameLogFile: boolean;
  };
  /** What the version calls a model that scenarios call by another name: it does not know that one yet, or no longer. */
  models: { [name: string]: string };
  /**
   * Where credentials lie: in files; the order of profiles in one beside them (`auth-state.json`); or in SQLite, into which
   * `openclaw doctor` has to bring the legacy files.
   */
  credentials: 'files' | 'files-and-order' | 'database';
  /** A page is let in only after its device was approved, also on the gateway's own machine. */
  approveDevice: boolean;
  /** It can sign in to xAI (`auth.x.ai`), not only use a key. */
  xaiSignIn: boolean;
  /** Active Memory looks into the memory for every message, or only where one asks for it unless it is told otherwise. */
  activeMemory: 'none' | 'always' | 'on-request';
}

type Group = 'install' | 'codex' | 'config';
type Change = Partial<Omit<Era, Group>> & { [group in Group]?: Partial<Era[group]> };

interface EraEntry {
  /** First version it holds for. */
  since: string;
  /** First version it holds for no longer. */
  until?: string;
  /** How it was found out. */
  found: string;
  era: Change;
}

/** What the first versions are like. */
const FIRST: EraEntry & { era: Era } = {
  since: '2026.1.29',
  found: 'Run on 2026.4.9 to 2026.4.20 and on 2026.5.2: the minimal configuration with this id answers.',
  era: {
    install: { needsOptional: true, stageBundledDeps: false, needsBundledDeps: false },
    codex: { id: 'openai-codex', pinRoute: false },
    config: { wholeProviderEntry: true, nameLogFile: true },
    models: { 'gpt-5.4': 'gpt-5.2' },
    credentials: 'files',
    approveDevice: false,
    xaiSignIn: false,
    activeMemory: 'none',
  },
};

/** What has changed since, in order; a later entry overrides an earlier one. */
const entries: readonly EraEntry[] = [
  {
    since: '2026.3.1',
    found: 'Run on 2026.2.1 and 2026.3.1.',
    era: { config: { nameLogFile: false } },
  },
  {
    since: '2026.3.8',
    found:
      'Read in @mariozechner/pi-ai, whose table of models OpenClaw uses: 0.57.1 (2026.3.8) is the first with gpt-5.4; ' +
      'gpt-5.2 stands in all of them. Run on 2026.2.1: "Unknown model: openai-codex/gpt-5.4".',
    era: { models: {} },
  },
  {
    since: '2026.3.13',
    found:
      'Run on 2026.1.29 (@mariozechner/clipboard) and 2026.3.1 (@snazzah/davey): "Cannot find native binding" of a ' +
      'package that is optional. 2026.3.13 starts without.',
    era: { install: { needsOptional: false } },
  },
  {
    since: '2026.3.22',
    until: '2026.4.1',
    found: 'Run on 2026.3.22 to 2026.3.28: "Cannot find package axios", which is optional to @line/bot-sdk.',
    era: { install: { needsOptional: true } },
  },
  {
    since: '2026.3.31',
    found:
      'Run on 2026.3.28: "agents.defaults: Unrecognized key: llm". Read in the packages: `idleTimeoutSeconds` is in that of ' +
      '2026.3.31 (its betas were not looked at), not in that of 2026.3.28.',
    era: { config: { idleTimeout: 'agents.defaults.llm.idleTimeoutSeconds' } },
  },
  {
    since: '2026.4.5',
    until: '2026.4.7',
    found:
      'Run on 2026.4.5: "Cannot find module @buape/carbon", which belongs to the Discord plugin. 2026.4.2 and 2026.4.7 start.',
    era: { install: { needsBundledDeps: true } },
  },
  {
    since: '2026.4.10',
    found: 'Read in the packages: the plugin active-memory is in that of 2026.4.10, not in that of 2026.4.9.',
    era: { activeMemory: 'always' },
  },
  {
    since: '2026.4.14',
    until: '2026.6.5',
    found: 'Read in 2026.4.14 (`AUTH_STATE_FILENAME`); which version brought it was not looked up.',
    era: { credentials: 'files-and-order' },
  },
  {
    since: '2026.4.14',
    until: '2026.4.15',
    found:
      'Run on 2026.4.14: the stock package posts to /backend-api/v1/codex/responses, 2026.4.12 and 2026.4.15 do not ' +
      '(openclaw/openclaw#66633). The models.providers block of openclaw/openclaw#66674 leads it back.',
    era: { codex: { pinRoute: true } },
  },
  {
    since: '2026.4.22',
    until: '2026.5.2',
    found:
      'Run on 2026.4.24: without them the gateway has npm try again for every plugin and turn, and answers nobody ' +
      'meanwhile. 2026.4.20 and 2026.4.21 try once and go on; 2026.5.2 has another way.',
    era: { install: { stageBundledDeps: true } },
  },
  {
    since: '2026.4.26',
    found:
      'Read in the shipped schemas: from here on the old key is rejected, and a provider entry must have a base URL and ' +
      'a list of models, which may be empty.',
    era: { config: { idleTimeout: 'models.providers.timeoutSeconds' } },
  },
  {
    since: '2026.4.29-beta.1',
    until: '2026.5.2',
    found:
      'Run on 2026.4.29: the first turn fails where one dependency of any bundled plugin cannot be installed. Read there ' +
      '(`ensureBundledPluginRuntimeDeps`): a plugin that is loaded without the configuration asks for those of all plugins.',
    era: { install: { needsBundledDeps: true } },
  },
  {
    since: '2026.5.12',
    found:
      'Run on 2026.5.12: clean with it. Facts file, run on 2026.5.12 and 2026.5.22: without it the Codex app-server binary answers; 2026.5.4 rejects the key.',
    era: { codex: { agentRuntime: 'pi' } },
  },
  {
    since: '2026.5.12',
    until: '2026.5.30-beta.1',
    found:
      'Run on 2026.5.28: "Unknown model: openai-codex/gpt-5.3-codex". Read in the manifests of the openai plugin: 2026.5.12 ' +
      'suppresses it for ChatGPT accounts, from 2026.5.16-beta.7 on the catalogue of openai-codex is without it; 2026.5.7 ' +
      'does neither, and from 2026.5.30-beta.1 on there is no such provider.',
    era: { models: { 'gpt-5.3-codex': 'gpt-5.5' } },
  },
  {
    since: '2026.5.14-beta.1',
    until: '2026.5.22',
    found:
      'Run on 2026.5.20: NOT_PAIRED, whatever the origin. Read in the versions around it: `shouldAllowSilentLocalPairing` ' +
      'refuses whoever has an Origin from 2026.5.16-beta.7 to 2026.5.20 (the betas before cannot be installed).',
    era: { approveDevice: true },
  },
  {
    since: '2026.5.16-beta.7',
    found:
      'Read in the packages: `auth.x.ai` is in that of 2026.5.16-beta.7 and of 2026.5.18-beta.1, not in those of ' +
      '2026.5.14-beta.2 and 2026.5.16-beta.1 (the betas between were not looked at).',
    era: { xaiSignIn: true },
  },
  {
    since: '2026.5.28',
    found:
      'Read in the shipped schemas: in that of 2026.5.12 both are required, in that of 2026.5.28 and 2026.6.1 optional ' +
      '(the versions between were not looked at).',
    era: { config: { wholeProviderEntry: false } },
  },
  {
    since: '2026.5.30-beta.1',
    found:
      'Facts file, run on 2026.6.1: "Unknown model: openai-codex/gpt-5.4"; runtime ids renamed. Run on ' +
      '2026.5.30-beta.1 and 2026.5.31-beta.1: the same words, and clean with it; 2026.5.28 is clean without it.',
    era: { codex: { id: 'openai', agentRuntime: 'openclaw' } },
  },
  {
    since: '2026.6.5',
    found:
      'Run on 2026.6.5, 2026.7.1, 2026.8.1 and 2026.9.6: after `openclaw doctor --fix --non-interactive` on the files of ' +
      'before, control/healthy-codex is clean. On 2026.9.6 that doctor takes 25 s, redeems the refresh token once, ' +
      'although the access token is good for an hour.',
    era: { credentials: 'database' },
  },
  {
    since: '2026.7.2-beta.6',
    found:
      'Run on 2026.9.6: no recall without it. Read in the schemas of active-memory: `mode` (escalate, always, off) is in ' +
      'that of 2026.7.2-beta.6, not in that of 2026.7.2-beta.5.',
    era: { activeMemory: 'on-request' },
  },
  {
    since: '2026.8.1',
    found:
      'Read in the catalogue of the openai plugin: gpt-5.3-codex is in that of 2026.7.1 and not in that of 2026.8.1; ' +
      'gpt-5.6-sol is in both.',
    era: { models: { 'gpt-5.3-codex': 'gpt-5.6-sol' } },
  },
  {
    since: '2026.9.1',
    found:
      'Run on 2026.9.6: without the native package that is optional to @openclaw/fs-safe, `doctor` leaves the state of ' +
      '2026.4.12 unmigrated ("native no-replace move is unavailable"), and the gateway refuses to start on it; with it ' +
      'operations/upgrade-with-state is clean. Read in the packages: that of 2026.8.2 has none, that of 2026.9.1 has.',
    era: { install: { needsOptional: true } },
  },
  {
    since: '2026.9.3',
    found:
      'Read in the manifest of the openai plugin: from here on it says "GPT-5.4 has retired from the ChatGPT-account ' +
      'Codex route" and names gpt-5.6-terra, by which `doctor --fix` replaces it.',
    era: { models: { 'gpt-5.3-codex': 'gpt-5.6-sol', 'gpt-5.4': 'gpt-5.6-terra' } },
  },
];

/** What holds for a version; one newer or older than all entries falls to the nearest. */
export function eraOf(version: string): Era {
  const asked = compareVersions(version, FIRST.since) < 0 ? FIRST.since : version;
  return entries
    .filter(
      ({ since, until }) =>
        compareVersions(since, asked) <= 0 && (until === undefined || compareVersions(asked, until) < 0),
    )
    .reduce((era, { era: change }) => changed(era, change), FIRST.era);
}

const changed = (era: Era, change: Change): Era => ({
  ...era,
  ...change,
  install: { ...era.install, ...change.install },
  codex: { ...era.codex, ...change.codex },
  config: { ...era.config, ...change.config },
});
