import { type ProviderName, providers } from '#mocks/targets.ts';
import { auth } from './auth.ts';
import { codex } from './codex.ts';
import type { Provider } from './provider.ts';
import { xai } from './xai.ts';
import { xaiAuth } from './xai-auth.ts';

/** Every imitated service, by name. */
export const providerOf: { readonly [name in ProviderName]: Provider } = {
  auth,
  'xai-auth': xaiAuth,
  codex,
  xai,
};

/** All the hosts of a provider. */
export const hostsOf = ({ host, otherHosts = [] }: Provider): string[] => [host, ...otherHosts];

/** The provider whose host it is. */
export const providerAt = (host: string): Provider | undefined =>
  providers.map((name) => providerOf[name]).find((provider) => hostsOf(provider).includes(host));

/** The hosts whose names lead to the mocks; every other destination is refused. */
export const mockedHosts: readonly string[] = providers.flatMap((name) => hostsOf(providerOf[name]));
