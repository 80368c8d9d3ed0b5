import { createSecureContext, type TlsOptions } from 'node:tls';
import { type Certificates, makeCertificates } from './certificates.ts';

/** How the handshake goes with the host `servername`. */
export type Handshake = (servername: string) => 'good' | 'broken' | 'untrusted';

/** Shows each connection the certificate that the host it asks for is to show. */
export async function sniCallback(
  good: Certificates,
  hosts: readonly string[],
  handshake: Handshake,
): Promise<NonNullable<TlsOptions['SNICallback']>> {
  const trusted = createSecureContext(good);
  const untrusted = createSecureContext(await makeCertificates(hosts, 'somebody else'));
  return (servername, done) => {
    const how = handshake(servername);
    if (how === 'broken') done(new Error('broken on purpose'));
    else done(null, how === 'good' ? trusted : untrusted);
  };
}
