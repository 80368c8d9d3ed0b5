import { currentExchange } from './exchange.ts';
import type { ProviderName } from './targets.ts';

/** Writes down a request that is no part of a turn, nor a refresh. */
export function recordOther({ method, url }: Request, provider: ProviderName): void {
  const { id: exchange, record } = currentExchange();
  const { pathname: path } = new URL(url);
  record({ kind: 'provider.request', exchange, provider, method, path, purpose: 'other' });
}
