import type { Asked, BoundFault } from './behaviour.ts';
import type { MockContext } from './context.ts';
import { currentExchange, perform } from './exchange.ts';
import { refusal } from './faults/oauth.ts';
import { answer, type Step } from './steps.ts';
import type { Redemption, TokenLedger, TokenSet } from './token-ledger.ts';

interface TokenEndpoint {
  provider: 'auth' | 'xai-auth';
  path: string;
  ledger: TokenLedger;
  /** Other grants than codes and refresh tokens, by their name; `undefined` is refused with `invalid_grant`. */
  grants?: { [grantType: string]: (form: URLSearchParams) => Step[] };
}

/** An OAuth token endpoint: it redeems refresh tokens, and codes that come with the verifier of their challenge (PKCE). */
export async function serveToken(
  context: MockContext,
  request: Request,
  endpoint: TokenEndpoint,
): Promise<Response> {
  const { provider, path, ledger, grants = {} } = endpoint;
  const { id: exchange, record } = currentExchange();
  const form = formOf(await request.text());
  const grant = form.get('grant_type') ?? '';
  const presented = form.get('refresh_token') ?? '';
  const asked = { kind: 'provider.request', exchange, provider, method: 'POST', path } as const;
  const fault = () => context.next(askedOf(provider), provider);
  switch (grant) {
    case 'refresh_token': {
      const credential = ledger.labelOf(presented);
      record({ ...asked, purpose: 'refresh', credential });
      return perform(refresh(endpoint, presented, context.accessLifetimeMs(provider, credential), fault()));
    }
    case 'authorization_code': {
      record({ ...asked, purpose: 'other' });
      const [code, verifier, redirect] = ['code', 'code_verifier', 'redirect_uri'].map(
        (name) => form.get(name) ?? '',
      );
      const lifetimeMs = context.accessLifetimeMs(provider);
      const tokens = ledger.exchange(code ?? '', verifier ?? '', redirect ?? '', lifetimeMs);
      return perform(fault()(tokens ? answerWith(tokens) : refusal('invalid_grant', provider)));
    }
    default: {
      record({ ...asked, purpose: 'other' });
      const other = grants[grant];
      return perform(other ? fault()(other(form)) : answer(400, { error: 'unsupported_grant_type' }));
    }
  }
}

export const answerWith = ({ access, refresh, lifetimeMs }: TokenSet): Step[] =>
  answer(200, {
    access_token: access,
    refresh_token: refresh,
    id_token: access,
    token_type: 'Bearer',
    scope: 'openid profile email offline_access',
    expires_in: Math.round(lifetimeMs / 1000),
  });

const askedOf = (provider: Asked['provider']): Asked => ({
  provider,
  purpose: 'token',
  api: 'oauth',
  transport: 'http',
  text: '',
});

/** A fault that replaces the answer leaves the token as it was; one that only delays or breaks it does not. */
function refresh(
  { ledger, provider }: TokenEndpoint,
  presented: string,
  lifetimeMs: number,
  fault: BoundFault,
): Step[] {
  const { record, id: exchange } = currentExchange();
  const told = { kind: 'token.redeemed', exchange, presented: ledger.labelOf(presented) } as const;
  const probed = fault(PROBE);
  if (!probed.includes(PROBE_HEAD)) {
    record({ ...told, result: refusalOf(probed) });
    return probed;
  }
  const redemption = ledger.redeem(presented, lifetimeMs);
  const issued = redemption.result === 'rotated' ? { issued: redemption.issued } : {};
  const result = redemption.result === 'revoked' ? 'refused' : redemption.result;
  record({ ...told, result, ...issued });
  return fault(answerTo(redemption, provider));
}

const PROBE = answer(200, {});
const PROBE_HEAD = PROBE[0] as Step;

/** A passing error (429, 5xx) leaves the client as wise as silence does. */
function refusalOf(steps: readonly Step[]): 'refused' | 'unanswered' {
  const head = steps.find((step) => step.do === 'head');
  return head && head.status >= 400 && head.status < 500 && head.status !== 429 ? 'refused' : 'unanswered';
}

function answerTo(redemption: Redemption, provider: TokenEndpoint['provider']): Step[] {
  switch (redemption.result) {
    case 'rotated':
      return answerWith(redemption.tokens);
    case 'reused':
      return refusal('refresh_token_reused', provider);
    case 'revoked':
      return refusal('refresh_token_invalidated', provider);
    case 'unknown':
      return refusal('invalid_grant', provider);
    default:
      return redemption satisfies never;
  }
}

/** Both forms are seen in clients of these endpoints: form-encoded (OpenClaw) and JSON (the Codex CLI). */
function formOf(body: string): URLSearchParams {
  if (!body.startsWith('{')) return new URLSearchParams(body);
  try {
    const fields = Object.entries(JSON.parse(body) as object);
    return new URLSearchParams(fields.map(([name, value]): [string, string] => [name, String(value)]));
  } catch {
    return new URLSearchParams();
  }
}
