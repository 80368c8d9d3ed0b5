import type { Recorder } from '#harness/timeline/timeline.ts';
import { type Asked, type Behaviour, playback } from './behaviour.ts';
import { type Handshake, sniCallback } from './broken-tls.ts';
import { makeCertificates } from './certificates.ts';
import type { MockContext } from './context.ts';
import type { Trouble } from './faults/host.ts';
import { hostsOf, mockedHosts, providerAt, providerOf } from './providers/index.ts';
import { refuseUpgrade } from './refuse-upgrade.ts';
import { counter, type MockServer, startMockServer } from './server.ts';
import { answer } from './steps.ts';
import { providers, type Target } from './targets.ts';
import { troubledHosts } from './troubled-hosts.ts';
import { unknownPath } from './unknown-path.ts';

const HOUR = 3_600_000;

export interface Mocks extends AsyncDisposable {
  /** Port on 127.0.0.1 where all hosts are served. */
  readonly port: number;
  /** PEM of the authority to trust. */
  readonly ca: string;
  /** What the network before the mocks must do to connections to a host, by its name. */
  readonly troubles: { [host: string]: Trouble };
  /** Called when the network has done so, once for each connection. */
  readonly troubled: (host: string) => void;
}

export interface MockOptions {
  behaviour: Behaviour;
  ledgers: MockContext['ledgers'];
  /** @default none is accepted */
  keys?: MockContext['keys'];
  /** @default 'sse' */
  codexTransport?: MockContext['codexTransport'];
  models: MockContext['models'];
  /** @default the models' own names */
  nameOf?: MockContext['nameOf'];
  /** @default one hour */
  accessLifetimeMs?: MockContext['accessLifetimeMs'];
  /** While true no fault is delivered, nor counted: the gateway is only being prepared. @default false */
  preparing?: () => boolean;
  record: Recorder;
}

/** Starts all imitated services of one run. */
export async function startMocks(options: MockOptions): Promise<Mocks> {
  const { behaviour, record, accessLifetimeMs = () => HOUR } = options;
  const { nameOf = (model) => model, preparing = () => false, codexTransport = 'sse' } = options;
  const { keys = {} } = options;
  const [healthy, wrong] = [playback({}), playback(behaviour, () => options.ledgers.auth.now())];
  const next = (asked: Asked, ...targets: Target[]) => (preparing() ? healthy : wrong)(asked, ...targets);
  const context: MockContext = { ...options, keys, codexTransport, nameOf, accessLifetimeMs, next };
  const served = providers.map((name) => providerOf[name]);
  const handlers = served.flatMap((provider) => [
    ...provider.routes(context),
    ...hostsOf(provider).flatMap((host) => unknownPath(provider.name, host)),
  ]);
  const webSockets = new Map(served.map(({ host, webSockets }) => [host, webSockets?.(context)] as const));
  const certificates = await makeCertificates(mockedHosts);
  const exchangeId = counter();
  const hosts = troubledHosts(behaviour);
  /** A connection that came to nothing, as an exchange of its own. */
  const troubled = (host: string) => {
    const known = hosts.get(host);
    if (!known) return;
    const [exchange, { provider, fault }] = [exchangeId(), known];
    const path = `${host}:443`;
    record({ kind: 'provider.request', exchange, provider, method: 'CONNECT', path, purpose: 'other' });
    record({ kind: 'provider.fault', exchange, fault: fault.name, effect: 'answer' });
    record({ kind: 'provider.end', exchange, by: 'provider', how: fault.name });
  };
  const handshake: Handshake = (host) => {
    const trouble = preparing() ? undefined : hosts.get(host)?.fault.trouble;
    if (trouble?.at !== 'tls') return 'good';
    troubled(host);
    return trouble.how;
  };
  const server: MockServer = await startMockServer({
    handlers,
    certificates,
    record,
    exchangeId,
    SNICallback: await sniCallback(certificates, mockedHosts, handshake),
    headersOf: (host, exchange) => providerAt(host)?.headers(exchange) ?? {},
    onUpgrade: async (upgrade) => {
      const take = webSockets.get(upgrade.request.headers.host ?? '');
      return take ? take(upgrade) : refuseUpgrade(upgrade, answer(426, ''));
    },
  });
  return {
    port: server.port,
    ca: certificates.ca,
    troubles: Object.fromEntries([...hosts].map(([host, { fault }]) => [host, fault.trouble])),
    troubled,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
