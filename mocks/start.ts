import type { Record } from '#harness/timeline/timeline.ts';
import { type Asked, type Behaviour, playback } from './behaviour.ts';
import { type Handshake, sniCallback } from './broken-tls.ts';
import { makeCertificates } from './certificates.ts';
import { codex } from './codex.ts';
import { codexWebSocket } from './codex-websocket.ts';
import type { MockContext } from './context.ts';
import type { Trouble } from './faults/host.ts';
import { hostOf, troubledHosts } from './hosts.ts';
import { openAiAuth } from './openai-auth.ts';
import { counter, type MockServer, startMockServer } from './server.ts';
import type { Target } from './targets.ts';
import { TokenLedger } from './token-ledger.ts';
import { xai } from './xai.ts';
import { xaiAuth } from './xai-auth.ts';

/** The hosts whose names lead to the mocks; every other destination is refused. */
export const mockedHosts: readonly string[] = Object.values(hostOf);

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
  ledger: TokenLedger;
  xaiKey: string;
  /** @default one of its own, which nobody holds tokens of */
  xaiLedger?: TokenLedger;
  /** @default 'sse' */
  codexTransport?: MockContext['codexTransport'];
  models: MockContext['models'];
  /** @default the models' own names */
  nameOf?: MockContext['nameOf'];
  /** @default one hour */
  accessLifetimeMs?: MockContext['accessLifetimeMs'];
  /** While true no fault is delivered, nor counted: the gateway is only being prepared. @default false */
  preparing?: () => boolean;
  record: Record;
}

/** Starts all imitated services of one run. */
export async function startMocks(options: MockOptions): Promise<Mocks> {
  const { behaviour, record, accessLifetimeMs = () => HOUR } = options;
  const { nameOf = (model) => model, preparing = () => false, codexTransport = 'sse' } = options;
  const { xaiLedger = new TokenLedger('xai', { issuer: 'xai' }) } = options;
  const [healthy, wrong] = [playback({}), playback(behaviour, () => options.ledger.now())];
  const next = (asked: Asked, ...targets: Target[]) => (preparing() ? healthy : wrong)(asked, ...targets);
  const context: MockContext = { ...options, xaiLedger, codexTransport, nameOf, accessLifetimeMs, next };
  const handlers = [...openAiAuth(context), ...codex(context), ...xai(context), ...xaiAuth(context)];
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
    record({ kind: 'provider.fault', exchange, fault: fault.name });
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
    onUpgrade: codexWebSocket(context),
  });
  return {
    port: server.port,
    ca: certificates.ca,
    troubles: Object.fromEntries([...hosts].map(([host, { fault }]) => [host, fault.trouble])),
    troubled,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
