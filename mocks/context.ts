import type { Asked, BoundFault } from './behaviour.ts';
import type { Target } from './targets.ts';
import type { TokenLedger } from './token-ledger.ts';

/** What the imitated services share during one run. */
export interface MockContext {
  ledger: TokenLedger;
  /** The tokens of xAI's sign-in. */
  xaiLedger: TokenLedger;
  /** Whether Codex takes a WebSocket, or refuses it and speaks SSE alone. */
  codexTransport: 'sse' | 'websocket';
  /** The API key that xAI accepts. */
  xaiKey: string;
  /**
   * How long an access token lives that one of them issues now, in milliseconds.
   * @param presented label of the refresh token that it is issued for, if there is one
   */
  accessLifetimeMs(issuer: 'auth' | 'xai-auth', presented?: string): number;
  /** The models that the configuration names, which the model lists must hold. */
  models: { codex: readonly string[]; xai: readonly string[] };
  /** What the scenario calls a model that this version has to call otherwise. */
  nameOf(model: string): string;
  /** The fault for this request, the next one to the narrowest of these targets. */
  next(request: Asked, ...targets: Target[]): BoundFault;
}
