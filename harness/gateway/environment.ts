import { dirname, join } from 'node:path';
import { RUN_MARK } from '#harness/base/processes.ts';
import { STAGE_BIN } from './bundled-deps.ts';
import type { StartOptions } from './gateway.ts';

/**
 * Answered for the imitated hosts, one each: newer gateways refuse names that resolve to private addresses.
 * Never connected to.
 */
export const publicLooking = (index: number): string => `104.18.32.${47 + index}`;
/** The gateway listens beside its port for the browser control and the canvas: two ports further on 2026.4.14. */
export const OWN_PORTS = 10;

/** Where a gateway finds its things, as it sees them: on this machine, or in its container. */
export interface Layout {
  /** Its own folder: HOME and temporary files lie below. */
  folder: string;
  home: string;
  tmp: string;
  /** The port that it listens on. */
  port: number;
  /** URL of `closed-network.mjs`. */
  preload: string;
  /** Port on 127.0.0.1 that leads to the mocks. */
  mocks: number;
  compileCache?: string;
  /** Where bundled plugins are staged. */
  stage?: string;
  /** Where it looks for commands. @default what its image says */
  path?: string;
}

/** Where the gateway looks for commands in a container that needs one of ours. */
const USUAL_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * The caller's PATH without what npm puts in front of it: 2026.4.29 found the harness's own pnpm there, a program that is
 * no Node process and so knows nothing of the closed network.
 */
export const pathForGateway = (path = USUAL_PATH): string =>
  [dirname(process.execPath), ...path.split(':').filter((folder) => !folder.includes('/node_modules/'))].join(
    ':',
  );

/**
 * Where, below the temporary files, gateways up to 2026.3 keep the code of plugins that they compiled. It lasts from run
 * to run on a user's machine: 30 of the 44 s that 2026.2.1 takes to start without.
 */
export const JITI = 'jiti';

/** The parts of a gateway's folder. */
export const partsOf = (folder: string) => ({ folder, home: `${folder}/home`, tmp: `${folder}/tmp` });

/** Where OpenClaw logs when /tmp/openclaw cannot be used. */
export const logFolder = (tmp: string, uid?: number): string =>
  `${tmp}/${uid === undefined ? 'openclaw' : `openclaw-${uid}`}`;

/** What Node is given before the launcher, so that the gateway's files are migrated first; nothing where none are. */
export const migrateFirst = (
  module: string,
  folder: string,
  { migration, copyMigrated: copy = false }: StartOptions,
): string[] => (migration.length > 0 ? [module, folder, JSON.stringify({ commands: migration, copy })] : []);

/** Where, in a gateway's folder, lies what its migration made of HOME. */
export const MIGRATED_HOME = 'migrated-home';

/** What Node is given before the launcher for a command that is run at a terminal. */
export const onTerminal = ({ preload }: Pick<Layout, 'preload'>): string[] => [
  '--import',
  new URL('./on-terminal.mjs', preload).href,
];

/** All that a gateway is given: no key, no proxy, no option of the caller's environment. */
export function environment(
  { runId, mocks, migration, clock, bare }: StartOptions,
  place: Layout,
): { [name: string]: string } {
  const { path, stage } = place;
  const commands = stage ? `${join(dirname(stage), STAGE_BIN)}:${path ?? USUAL_PATH}` : path;
  const stock = {
    ...(commands && { PATH: commands }),
    HOME: place.home,
    TMPDIR: place.tmp,
    LANG: 'C.UTF-8',
    NO_COLOR: '1',
    NODE_EXTRA_CA_CERTS: `${place.folder}/ca.pem`,
    ...(place.compileCache && { NODE_COMPILE_CACHE: place.compileCache }),
    ...(stage && { OPENCLAW_PLUGIN_STAGE_DIR: stage }),
    [RUN_MARK]: runId,
  };
  if (bare === 'stock') return stock;
  if (bare === 'no-preload') return { ...stock, ...TRIMMED };
  const network = {
    hosts: Object.fromEntries(mocks.hosts.map((host, index) => [host, publicLooking(index)])),
    mock: { host: '127.0.0.1', port: place.mocks },
    troubles: mocks.troubles,
    ...(migration.length > 0 && { troublesAfter: `${place.folder}/migrated` }),
    loopback: [place.port, place.port + OWN_PORTS - 1],
    log: `${place.folder}/egress.jsonl`,
  };
  return {
    ...stock,
    NODE_OPTIONS: `--import=${place.preload}`,
    OPENCLAW_REPRO_NETWORK: JSON.stringify(network),
    ...(clock && { OPENCLAW_REPRO_CLOCK: `${place.home}/${clock}` }),
    ...TRIMMED,
  };
}

/** Settings that a user could have too. */
const TRIMMED = {
  // From 2026.4.20 to 2026.4.27 the gateway has npm install its plugins' dependencies at the start. The closed network
  // refuses that; without this npm tries again for two minutes each time before the gateway goes on without them.
  npm_config_fetch_retries: '0',
  // These only trim noise: multicast, cloud metadata, chat channels that no scenario uses, and the re-reading of
  // about 100 plugin manifests every few seconds (a fifth of the start on 2026.4.14).
  OPENCLAW_DISABLE_BONJOUR: '1',
  AWS_EC2_METADATA_DISABLED: 'true',
  OPENCLAW_SKIP_CHANNELS: '1',
  OPENCLAW_SKIP_GMAIL_WATCHER: '1',
  OPENCLAW_PLUGIN_MANIFEST_CACHE_MS: '600000',
  OPENCLAW_PLUGIN_DISCOVERY_CACHE_MS: '600000',
};
