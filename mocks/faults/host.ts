import { type Fault, fault, made } from './fault.ts';

/** What happens to every connection to a host, before HTTP is spoken. */
export type Trouble =
  /** Its name leads nowhere. */
  | { readonly at: 'dns'; readonly code: 'ENOTFOUND' | 'EAI_AGAIN' }
  /** Nobody listens, or nobody answers. */
  | { readonly at: 'connect'; readonly code?: 'ECONNREFUSED' }
  /** The handshake breaks off, or shows a certificate that nobody vouches for. */
  | { readonly at: 'tls'; readonly how: 'broken' | 'untrusted' };

/** A fault of a whole host: it stands alone in the list of `auth`, `codex`, `xai` or `xai-auth`. */
export interface HostFault extends Fault {
  readonly trouble: Trouble;
}

export const isHostFault = (fault: Fault): fault is HostFault => 'trouble' in fault;

/** Nobody listens there: `ECONNREFUSED` at once. */
export const connectionRefused = made(
  'connectionRefused',
  (): HostFault =>
    hostFault('connection-refused', 'refuses every connection', { at: 'connect', code: 'ECONNREFUSED' }),
);

/** Packets are swallowed: a connection is never made, and nothing says so. */
export const connectionBlackHole = made(
  'connectionBlackHole',
  (): HostFault => hostFault('connection-black-hole', 'never completes a connection', { at: 'connect' }),
);

/** The name does not resolve: it does not exist (`ENOTFOUND`), or the resolver does not answer (`EAI_AGAIN`). */
export const dnsFailure = made(
  'dnsFailure',
  (code: 'ENOTFOUND' | 'EAI_AGAIN' = 'ENOTFOUND'): HostFault =>
    hostFault(`dns-failure-${code}`, `has a name that does not resolve (${code})`, { at: 'dns', code }),
);

/** The connection is closed in the middle of the TLS handshake, as a firewall does it: `ECONNRESET`. */
export const tlsFailure = made(
  'tlsFailure',
  (): HostFault => hostFault('tls-failure', 'breaks every TLS handshake off', { at: 'tls', how: 'broken' }),
);

/** The certificate is signed by somebody whom nobody trusts, as behind a company's proxy. */
export const untrustedCertificate = made(
  'untrustedCertificate',
  (): HostFault =>
    hostFault('untrusted-certificate', 'shows a certificate that nobody trusts', {
      at: 'tls',
      how: 'untrusted',
    }),
);

const hostFault = (name: string, sentence: string, trouble: Trouble): HostFault => ({
  ...fault(name, sentence, (steps) => [...steps]),
  trouble,
});
