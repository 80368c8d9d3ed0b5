/** The imitated services. */
export const providers = ['auth', 'codex', 'xai', 'xai-auth'] as const;
export type ProviderName = (typeof providers)[number];

/**
 * Whom a list of faults is for: a provider, one of its models (`codex/gpt-5.3-codex`), the calls that the gateway makes
 * for its Active Memory (`codex:recall`) or to sum a conversation up (`codex:compaction`), or the opening of a WebSocket
 * (`codex:handshake`). The narrowest that fits a request is used.
 */
export type Target =
  | ProviderName
  | `${'codex' | 'xai'}/${string}`
  | `${'codex' | 'xai'}:${'recall' | 'compaction'}`
  | 'codex:handshake';
