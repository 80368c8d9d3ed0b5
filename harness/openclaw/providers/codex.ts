import type { Era } from '#harness/openclaw/eras/eras.ts';
import type { Provider, SignedIn } from './provider.ts';

/** ChatGPT Codex, which is signed in to with an account of OpenAI's. */
export const codex: Provider = {
  name: 'codex',
  signIn: 'auth',
  idIn: ({ codex: { id } }) => id,
  profiles({ codex: { id } }, { staleOrder }) {
    const names = staleOrder ? ['default', 'old'] : ['default'];
    return Object.fromEntries(names.map((name) => [`${id}:${name}`, { provider: id, mode: 'oauth' }]));
  },
  credentials: ({ codex: { id } }, { tokens: { auth }, old }) => ({
    ...(old && { [`${id}:old`]: codexProfile(id, { ...old, accountId: auth.accountId }) }),
    [`${id}:default`]: codexProfile(id, auth),
  }),
  route: { api: 'openai-codex-responses', baseUrl: 'https://chatgpt.com/backend-api' },
};

export const codexProfile = (provider: Era['codex']['id'], tokens: SignedIn) => {
  const { access, refresh, expiresAt: expires, accountId } = tokens;
  return { type: 'oauth', provider, access, refresh, expires, accountId };
};
