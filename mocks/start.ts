import type { Record } from '#harness/timeline/timeline.ts';
import { type Asked, type Behaviour, playback, type Target } from './behaviour.ts';
import { makeCertificates } from './certificates.ts';
import { CODEX_HOST, codex } from './codex.ts';
import { codexWebSocket } from './codex-websocket.ts';
import type { MockContext } from './context.ts';
import { AUTH_HOST, openAiAuth } from './openai-auth.ts';
import { type MockServer, startMockServer } from './server.ts';
import { TokenLedger } from './token-ledger.ts';
import { XAI_HOST, xai } from './xai.ts';
import { XAI_AUTH_HOST, xaiAuth } from './xai-auth.ts';

/** The hosts whose names lead to the mocks; every other destination is refused. */
export const mockedHosts = [AUTH_HOST, CODEX_HOST, XAI_HOST, XAI_AUTH_HOST] as const;

const HOUR = 3_600_000;

export interface Mocks extends AsyncDisposable {
  /** Port on 127.0.0.1 where all hosts are served. */
  readonly port: number;
  /** PEM of the authority to trust. */
  readonly ca: string;
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
  const [healthy, wrong] = [playback({}), playback(behaviour)];
  const next = (asked: Asked, ...targets: Target[]) => (preparing() ? healthy : wrong)(asked, ...targets);
  const context: MockContext = { ...options, xaiLedger, codexTransport, nameOf, accessLifetimeMs, next };
  const handlers = [...openAiAuth(context), ...codex(context), ...xai(context), ...xaiAuth(context)];
  const certificates = await makeCertificates(mockedHosts);
  const server: MockServer = await startMockServer({
    handlers,
    certificates,
    record,
    onUpgrade: codexWebSocket(context),
  });
  return {
    port: server.port,
    ca: certificates.ca,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
