import { CODEX_HOST } from '#mocks/codex.ts';
import { AUTH_HOST } from '#mocks/openai-auth.ts';
import { type ProviderName, providers } from '#mocks/targets.ts';
import { XAI_HOST } from '#mocks/xai.ts';
import { XAI_AUTH_HOST } from '#mocks/xai-auth.ts';

const HOSTS: { [name in ProviderName]: string } = {
  auth: AUTH_HOST,
  codex: CODEX_HOST,
  xai: XAI_HOST,
  'xai-auth': XAI_AUTH_HOST,
};

/** The provider that an event names, by its name or, where only the connection was seen, by its host. */
export const providerNamed = (text: string): ProviderName | undefined =>
  providers.find((name) => name === text || HOSTS[name] === text);

/** Its real host; what a record from elsewhere names otherwise stays as it is. */
export function hostOf(text: string): string {
  const name = providerNamed(text);
  return name ? HOSTS[name] : text;
}
