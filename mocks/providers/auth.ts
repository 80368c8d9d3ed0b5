import { createHash, randomBytes } from 'node:crypto';
import { http } from 'msw';
import { DeviceCodes } from '#mocks/device-codes.ts';
import { perform } from '#mocks/exchange.ts';
import { serveAuthorize } from '#mocks/oauth-authorize.ts';
import { serveToken } from '#mocks/oauth-token.ts';
import { recordOther } from '#mocks/record-other.ts';
import { answer } from '#mocks/steps.ts';
import type { TokenLedger } from '#mocks/token-ledger.ts';
import { openAiHeaders, openAiWords } from '#mocks/words.ts';
import type { Provider } from './provider.ts';

const HOST = 'auth.openai.com';
const DEVICE_AUTH = `https://${HOST}/api/accounts/deviceauth`;
const self = { name: 'auth', words: openAiWords } as const;

/** OpenAI's OAuth server. Shapes: facts section 6; the refusal of a reused token stands word for word in the user's thread. */
export const auth: Provider = {
  ...self,
  title: "OpenAI's sign-in service",
  host: HOST,
  headers: openAiHeaders,
  routes(context) {
    const devices = new DeviceCodes();
    const ledger = context.ledgers.auth;
    return [
      http.get(`https://${HOST}/oauth/authorize`, ({ request }) => serveAuthorize(context, request, 'auth')),
      http.post(`https://${HOST}/oauth/token`, ({ request }) =>
        serveToken(context, request, { provider: self, path: '/oauth/token' }),
      ),
      http.post(`${DEVICE_AUTH}/usercode`, ({ request }) => {
        recordOther(request, 'auth');
        const { device: device_auth_id, userCode: user_code } = devices.begin();
        return perform(
          answer(200, { device_auth_id, user_code, interval: '1', expires_at: in15Minutes(ledger) }),
        );
      }),
      http.post(`${DEVICE_AUTH}/token`, async ({ request }) => {
        recordOther(request, 'auth');
        const letIn = devices.poll(await deviceOf(request)) === 'let-in';
        return perform(letIn ? answer(200, codeFor(ledger)) : answer(403, PENDING));
      }),
    ];
  },
};

async function deviceOf(request: Request): Promise<string> {
  const body = (await request.json().catch(() => ({}))) as { device_auth_id?: unknown } | null;
  return String(body?.device_auth_id);
}

/**
 * What a device gets whose code was typed in, to redeem at the token endpoint: here the service has made the verifier.
 * Read in `loginOpenAICodexDeviceCode` of 2026.9.6, as is that a 403 means "not yet".
 */
function codeFor(ledger: TokenLedger) {
  const code_verifier = randomBytes(32).toString('base64url');
  const code_challenge = createHash('sha256').update(code_verifier).digest('base64url');
  const authorization_code = ledger.authorize(code_challenge, `https://${HOST}/deviceauth/callback`);
  return { authorization_code, code_challenge, code_verifier };
}

/** As clients of this service name it; seen in several, on no service. */
const PENDING = { error: { code: 'deviceauth_authorization_pending', message: 'Authorization is pending.' } };

const in15Minutes = (ledger: TokenLedger) => new Date(ledger.now() + 900_000).toISOString();
