import type { Fields } from '#harness/base/json-text.ts';
import type { Era } from '#harness/openclaw/eras/eras.ts';
import type { Setup } from '#harness/openclaw/setup.ts';
import type { ModelProvider, SignInService } from '#mocks/targets.ts';
import type { TokenSet } from '#mocks/token-ledger.ts';

export type SignedIn = TokenSet & { accountId: string };

/** What a gateway may use its providers with. */
export interface Credentials {
  /** What was got by signing in, by service. */
  tokens: { readonly auth: SignedIn; readonly 'xai-auth'?: SignedIn | undefined };
  /** The tokens of the profile that a stale order puts first. */
  old?: TokenSet | undefined;
  keys: { readonly [provider in ModelProvider]?: string };
}

/** A provider as OpenClaw's own files have it, in the form of an era. */
export interface Provider {
  readonly name: ModelProvider;
  /** Where its profiles sign in, where they can. */
  readonly signIn?: SignInService;
  /** It is used with an API key. */
  readonly takesKey?: true;
  /** What the version calls it. */
  idIn(era: Era): string;
  /** The profiles in the configuration, by id. */
  profiles(era: Era, setup: Setup): Fields;
  /** The same profiles with their secrets. */
  credentials(era: Era, credentials: Credentials): Fields;
  /**
   * The route that the packages ship; an entry without models leaves those that the version knows. Without `api` 2026.5.12
   * turns from xAI's Responses to its Chat Completions (seen when run).
   */
  readonly route: { readonly api: string; readonly baseUrl: string };
}
