/** Who connects; the same for every connection of one chat client. */
export const CLIENT = { id: 'webchat-ui', mode: 'webchat' } as const;
export const SCOPES = ['operator.read', 'operator.write', 'operator.admin'] as const;

/** A browser, as a gateway knows it. */
export interface KnownDevice {
  /** SHA-256 of the public key, in hex. */
  id: string;
  /** base64url of the raw ed25519 key. */
  publicKey: string;
}
