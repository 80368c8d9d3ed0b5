import { http, type RequestHandler } from 'msw';
import type { MockContext } from './context.ts';
import { currentExchange, perform } from './exchange.ts';
import { serveAuthorize } from './oauth-authorize.ts';
import { answerWith, serveToken } from './oauth-token.ts';
import { answer, type Step } from './steps.ts';
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
  const devices = new Devices();
  return [
    http.get(`${ISSUER}/.well-known/openid-configuration`, ({ request }) => {
      recordOther(request);
      return perform(answer(200, DISCOVERY));
    }),
    http.get(`${ISSUER}/oauth2/authorize`, ({ request }) =>
      serveAuthorize(request, { provider: 'xai-auth', ledger }),
    ),
    http.post(XAI_SIGN_IN.deviceAuthorizationEndpoint, ({ request }) => {
      recordOther(request);
      return perform(answer(200, devices.begin()));
    }),
    http.post(XAI_SIGN_IN.tokenEndpoint, ({ request }) =>
      serveToken(context, request, {
        provider: 'xai-auth',
        path: '/oauth2/token',
        ledger,
        grants: {
          [DEVICE_CODE]: (form) =>
            devices.poll(form.get('device_code') ?? '', () =>
              answerWith(ledger.issue({ lifetimeMs: context.accessLifetimeMs('xai-auth') })),
            ),
        },
      }),
    ),
    ...unknownPath('xai-auth', XAI_AUTH_HOST),
  ];
};

/** People who type a code in: each has done so by the second time that their device asks. */
class Devices {
  readonly #polls = new Map<string, number>();

  begin() {
    const number = this.#polls.size + 1;
    const device_code = `dc_synthetic_${number}`;
    const user_code = `SYNT-${String(number).padStart(4, '0')}`;
    this.#polls.set(device_code, 0);
    const verification_uri = `${ISSUER}/activate`;
    return {
      device_code,
      user_code,
      verification_uri,
      verification_uri_complete: `${verification_uri}?user_code=${user_code}`,
      expires_in: 1_800,
      interval: 1,
    };
  }

  poll(code: string, grant: () => Step[]): Step[] {
    const polls = this.#polls.get(code);
    if (polls === undefined) return answer(400, { error: 'expired_token' });
    this.#polls.set(code, polls + 1);
    if (polls === 0) return answer(400, { error: 'authorization_pending' });
    this.#polls.delete(code);
    return grant();
  }
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

function recordOther(request: Request): void {
  const { id: exchange, record } = currentExchange();
  const path = new URL(request.url).pathname;
  record({
    kind: 'provider.request',
    exchange,
    provider: 'xai-auth',
    method: request.method,
    path,
    purpose: 'other',
  });
}
