import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { CLIENT, SCOPES } from '#harness/openclaw/web-client.ts';

export interface DeviceProof {
  id: string;
  publicKey: string;
  signature: string;
  signedAt: number;
  nonce: string;
}

/** A browser's device identity: an ed25519 key that signs the gateway's challenge. Shape: facts section 7. */
export class Device {
  readonly #key: KeyObject;
  readonly publicKey: string;
  readonly id: string;
  readonly #now: () => number;

  /** @param now the gateway's wall clock, in milliseconds since the epoch: it refuses what was signed long ago */
  constructor(now: () => number = Date.now) {
    this.#now = now;
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    this.#key = privateKey;
    this.publicKey = publicKey.export({ format: 'jwk' }).x ?? '';
    this.id = createHash('sha256').update(Buffer.from(this.publicKey, 'base64url')).digest('hex');
  }

  prove(token: string, nonce: string, signedAt: number = this.#now()): DeviceProof {
    const fields = [
      'v2',
      this.id,
      CLIENT.id,
      CLIENT.mode,
      'operator',
      SCOPES.join(','),
      signedAt,
      token,
      nonce,
    ];
    const signature = sign(null, Buffer.from(fields.join('|')), this.#key).toString('base64url');
    return { id: this.id, publicKey: this.publicKey, signature, signedAt, nonce };
  }
}
