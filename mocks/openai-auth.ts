import { http, type RequestHandler } from 'msw';
import type { BoundFault } from './behaviour.ts';
import type { MockContext } from './context.ts';
import { currentExchange, perform } from './exchange.ts';
import { refusal } from './faults/oauth.ts';
import { answer, type Step } from './steps.ts';
import type { Redemption } from './token-ledger.ts';
import { unknownPath } from './unknown-path.ts';

export const AUTH_HOST = 'auth.openai.com';

/** OpenAI's OAuth server. Shapes: facts section 6; the refusal of a reused token stands word for word in the user's thread. */
export const openAiAuth = (context: MockContext): RequestHandler[] => [
  http.post(`https://${AUTH_HOST}/oauth/token`, async ({ request }) => {
    const exchange = currentExchange();
    const presented = presentedToken(await request.text());
    exchange.record({
      kind: 'provider.request',
      exchange: exchange.id,
      provider: 'auth',
      method: 'POST',
      path: '/oauth/token',
      purpose: 'refresh',
      credential: context.ledger.labelOf(presented),
    });
    return perform(refresh(context, presented, context.next(ASKED, 'auth')));
  }),
  ...unknownPath('auth', AUTH_HOST),
];

const ASKED = { provider: 'auth', purpose: 'token', api: 'oauth', transport: 'http', text: '' } as const;

/** A fault that replaces the answer leaves the token as it was; one that only delays or breaks it does not. */
function refresh({ ledger, accessLifetimeMs }: MockContext, presented: string, fault: BoundFault): Step[] {
  const { record, id } = currentExchange();
  const probed = fault(PROBE);
  if (!probed.includes(PROBE_HEAD)) {
    record({
      kind: 'token.redeemed',
      exchange: id,
      presented: ledger.labelOf(presented),
      result: refusalOf(probed),
    });
    return probed;
  }
  const redemption = ledger.redeem(presented, accessLifetimeMs());
  const { presented: label, result } = redemption;
  const issued = redemption.result === 'rotated' ? { issued: redemption.issued } : {};
  record({ kind: 'token.redeemed', exchange: id, presented: label, result, ...issued });
  return fault(answerTo(redemption));
}

const PROBE = answer(200, {});
const PROBE_HEAD = PROBE[0] as Step;

/** A passing error (429, 5xx) leaves the client as wise as silence does. */
function refusalOf(steps: readonly Step[]): 'refused' | 'unanswered' {
  const head = steps.find((step) => step.do === 'head');
  return head && head.status >= 400 && head.status < 500 && head.status !== 429 ? 'refused' : 'unanswered';
}

function answerTo(redemption: Redemption): Step[] {
  switch (redemption.result) {
    case 'rotated': {
      const { access, refresh, expiresAt } = redemption.tokens;
      return answer(200, {
        access_token: access,
        refresh_token: refresh,
        id_token: access,
        token_type: 'Bearer',
        scope: 'openid profile email offline_access',
        expires_in: Math.round((expiresAt - Date.now()) / 1000),
      });
    }
    case 'reused':
      return refusal('refresh_token_reused');
    case 'unknown':
      return refusal('invalid_grant');
    default:
      return redemption satisfies never;
  }
}

/** Both forms are seen in clients of this endpoint: form-encoded (OpenClaw) and JSON (the Codex CLI). */
function presentedToken(body: string): string {
  if (!body.startsWith('{')) return new URLSearchParams(body).get('refresh_token') ?? '';
  try {
    return String((JSON.parse(body) as { refresh_token?: unknown }).refresh_token ?? '');
  } catch {
    return '';
  }
}
