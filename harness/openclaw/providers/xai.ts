import { XAI_SIGN_IN } from '#mocks/providers/xai-auth.ts';
import type { Provider, SignedIn } from './provider.ts';

/** xAI, by its key or, from 2026.5.18 on, signed in to. */
export const xai: Provider = {
  name: 'xai',
  signIn: 'xai-auth',
  takesKey: true,
  idIn: () => 'xai',
  profiles: (_era, { xaiToken }) => ({
    'xai:default': { provider: 'xai', mode: xaiToken ? 'oauth' : 'api_key' },
  }),
  credentials: (_era, { tokens: { 'xai-auth': tokens }, keys }) => ({
    'xai:default': tokens ? profile(tokens) : { type: 'api_key', provider: 'xai', key: keys.xai ?? '' },
  }),
  route: { api: 'openai-responses', baseUrl: 'https://api.x.ai/v1' },
};

/** As a sign-in leaves it: read in `loginXaiDeviceCode` of 2026.5.28 and 2026.9.6. */
function profile({ access, refresh, expiresAt: expires, accountId }: SignedIn) {
  const { tokenEndpoint, deviceAuthorizationEndpoint, issuer } = XAI_SIGN_IN;
  const from = { tokenEndpoint, deviceAuthorizationEndpoint, issuer, authFlow: 'device-code' };
  return { type: 'oauth', provider: 'xai', access, refresh, expires, accountId, idToken: access, ...from };
}
