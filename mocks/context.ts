import type { Target } from './behaviour.ts';
import type { Fault } from './faults.ts';
import type { TokenLedger } from './token-ledger.ts';

/** What the imitated services share during one run. */
export interface MockContext {
  ledger: TokenLedger;
  /** The API key that xAI accepts. */
  xaiKey: string;
  /** How long a fresh access token lives, in milliseconds. */
  accessLifetimeMs: number;
  /** The model names that the configuration uses, which the model lists must hold. */
  models: { codex: readonly string[]; xai: readonly string[] };
  /** The fault for the next request to the narrowest of these targets. */
  next(...targets: Target[]): Fault;
}
