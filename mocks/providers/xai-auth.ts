import { http } from 'msw';
import { DeviceCodes } from '#mocks/device-codes.ts';
import { perform } from '#mocks/exchange.ts';
import { serveAuthorize } from '#mocks/oauth-authorize.ts';
import { answerWith, serveToken } from '#mocks/oauth-token.ts';
import { recordOther } from '#mocks/record-other.ts';
import { answer } from '#mocks/steps.ts';
import { requestId, type Words } from '#mocks/words.ts';
import type { Provider } from './provider.ts';

const HOST = 'auth.x.ai';
const ISSUER = `https://${HOST}`;
/** What a client that signs in keeps of the discovery document. */
export const XAI_SIGN_IN = {
  issuer: ISSUER,
  tokenEndpoint: `${ISSUER}/oauth2/token`,
  deviceAuthorizationEndpoint: `${ISSUER}/oauth2/device/code`,
} as const;
/** The grant type of RFC 8628. */
const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code';

/** It knows one refusal, RFC 6749's. */
const words: Words = {
  error: (error, error_description) => ({ error, error_description }),
  refusal: (_code, message) => answer(400, { error: 'invalid_grant', error_description: message }),
};
const self = { name: 'xai-auth', words } as const;

/** xAI's OAuth server, which gateways use from 2026.5.18. Paths: what its OpenID discovery document says. */
export const xaiAuth: Provider = {
  ...self,
  title: "xAI's sign-in service",
  host: HOST,
  headers: (exchange) => ({ 'x-request-id': requestId(exchange) }),
  routes(context) {
    const ledger = context.ledgers['xai-auth'];
    const devices = new DeviceCodes();
    return [
      http.get(`${ISSUER}/.well-known/openid-configuration`, ({ request }) => {
        recordOther(request, 'xai-auth');
        return perform(answer(200, DISCOVERY));
      }),
      http.get(`${ISSUER}/oauth2/authorize`, ({ request }) => serveAuthorize(context, request, 'xai-auth')),
      http.post(XAI_SIGN_IN.deviceAuthorizationEndpoint, ({ request }) => {
        recordOther(request, 'xai-auth');
        return perform(answer(200, begun(devices.begin())));
      }),
      http.post(XAI_SIGN_IN.tokenEndpoint, ({ request }) =>
        serveToken(context, request, {
          provider: self,
          path: '/oauth2/token',
          grants: {
            [DEVICE_CODE]: (form) => {
              const state = devices.poll(form.get('device_code') ?? '');
              return state === 'let-in'
                ? answerWith(ledger.issue({ lifetimeMs: context.accessLifetimeMs('xai-auth') }))
                : answer(400, { error: state === 'pending' ? 'authorization_pending' : 'expired_token' });
            },
          },
        }),
      ),
    ];
  },
};

const ACTIVATE = `${ISSUER}/activate`;

function begun({ device, userCode }: ReturnType<DeviceCodes['begin']>) {
  return {
    device_code: device,
    user_code: userCode,
    verification_uri: ACTIVATE,
    verification_uri_complete: `${ACTIVATE}?user_code=${userCode}`,
    expires_in: 1_800,
    interval: 1,
  };
}

const DISCOVERY = {
  issuer: ISSUER,
  authorization_endpoint: `${ISSUER}/oauth2/authorize`,
  token_endpoint: XAI_SIGN_IN.tokenEndpoint,
  device_authorization_endpoint: XAI_SIGN_IN.deviceAuthorizationEndpoint,
  response_types_supported: ['code'],
  grant_types_supported: ['authorization_code', 'refresh_token', DEVICE_CODE],
  code_challenge_methods_supported: ['S256'],
  scopes_supported: ['openid', 'profile', 'email', 'offline_access', 'grok-cli:access', 'api:access'],
  token_endpoint_auth_methods_supported: ['none'],
};
