import { http, type RequestHandler } from 'msw';
import type { MockContext } from './context.ts';
import { DeviceCodes } from './device-codes.ts';
import { perform } from './exchange.ts';
import { serveAuthorize } from './oauth-authorize.ts';
import { answerWith, serveToken } from './oauth-token.ts';
import { recordOther } from './record-other.ts';
import { answer } from './steps.ts';
import { unknownPath } from './unknown-path.ts';

export const XAI_AUTH_HOST = 'auth.x.ai';
const ISSUER = `https://${XAI_AUTH_HOST}`;
/** What a client that signs in keeps of the discovery document. */
export const XAI_SIGN_IN = {
  issuer: ISSUER,
  tokenEndpoint: `${ISSUER}/oauth2/token`,
  deviceAuthorizationEndpoint: `${ISSUER}/oauth2/device/code`,
} as const;
/** The grant type of RFC 8628. */
const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code';

/** xAI's OAuth server, which gateways use from 2026.5.18. Paths: what its OpenID discovery document says. */
export const xaiAuth = (context: MockContext): RequestHandler[] => {
  const ledger = context.xaiLedger;
  const devices = new DeviceCodes();
  return [
    http.get(`${ISSUER}/.well-known/openid-configuration`, ({ request }) => {
      recordOther(request, 'xai-auth');
      return perform(answer(200, DISCOVERY));
    }),
    http.get(`${ISSUER}/oauth2/authorize`, ({ request }) =>
      serveAuthorize(request, { provider: 'xai-auth', ledger }),
    ),
    http.post(XAI_SIGN_IN.deviceAuthorizationEndpoint, ({ request }) => {
      recordOther(request, 'xai-auth');
      return perform(answer(200, begun(devices.begin())));
    }),
    http.post(XAI_SIGN_IN.tokenEndpoint, ({ request }) =>
      serveToken(context, request, {
        provider: 'xai-auth',
        path: '/oauth2/token',
        ledger,
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
    ...unknownPath('xai-auth', XAI_AUTH_HOST),
  ];
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
