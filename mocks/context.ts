import type { Asked, BoundFault } from './behaviour.ts';
import type { ModelProvider, SignInService, Target } from './targets.ts';
import type { TokenLedger } from './token-ledger.ts';

/** What the imitated services share during one run. */
export interface MockContext {
  /** The tokens of each service where people sign in. */
  ledgers: { readonly [service in SignInService]: TokenLedger };
  /** The API keys that are accepted. */
  keys: { readonly [provider in ModelProvider]?: string };
  /** Whether Codex takes a WebSocket, or refuses it and speaks SSE alone. */
  codexTransport: 'sse' | 'websocket';
  /**
   * How long an access token lives that one of them issues now, in milliseconds.
   * @param presented label of the refresh token that it is issued for, if there is one
   */
  accessLifetimeMs(issuer: SignInService, presented?: string): number;
  /** The models that the configuration names, which the model lists must hold. */
  models: { readonly [provider in ModelProvider]: readonly string[] };
  /** What the scenario calls a model that this version has to call otherwise. */
  nameOf(model: string): string;
  /** The fault for this request, the next one to the narrowest of these targets. */
  next(request: Asked, ...targets: Target[]): BoundFault;
}
