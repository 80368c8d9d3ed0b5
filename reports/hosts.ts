import { providerAt, providerOf } from '#mocks/providers/index.ts';
import { type ProviderName, providers } from '#mocks/targets.ts';

/** The provider that an event names, by its name or, where only the connection was seen, by its host. */
export const providerNamed = (text: string): ProviderName | undefined =>
  providers.find((name) => name === text) ?? providerAt(text)?.name;

/** Its real host; what a record from elsewhere names otherwise stays as it is. */
export function hostOf(text: string): string {
  const name = providerNamed(text);
  return name ? providerOf[name].host : text;
}
