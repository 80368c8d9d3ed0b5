/** The imitated services that answer for models. */
export const modelProviders = ['codex', 'xai'] as const;
export type ModelProvider = (typeof modelProviders)[number];

/** What `make` gives for each, by name. */
export const eachProvider = <T>(make: (name: ModelProvider) => T) =>
  Object.fromEntries(modelProviders.map((name) => [name, make(name)])) as { [name in ModelProvider]: T };

/** Those where people sign in. */
export const signInServices = ['auth', 'xai-auth'] as const;
export type SignInService = (typeof signInServices)[number];

export type ProviderName = ModelProvider | SignInService;
export const providers: readonly ProviderName[] = [...signInServices, ...modelProviders].toSorted();

/**
 * Whom a list of faults is for: a provider, one of its models (`codex/gpt-5.3-codex`), the calls that the gateway makes
 * for its Active Memory (`codex:recall`) or to sum a conversation up (`codex:compaction`), or the opening of a WebSocket
 * (`codex:handshake`). The narrowest that fits a request is used.
 */
export type Target =
  | ProviderName
  | `${ModelProvider}/${string}`
  | `${ModelProvider}:${'recall' | 'compaction'}`
  | 'codex:handshake';

/** What a target looks like. */
export const targetPattern = new RegExp(
  `^(${signInServices.join('|')}|codex:handshake|(${modelProviders.join('|')})(/[\\w.-]+|:recall|:compaction)?)$`,
);
