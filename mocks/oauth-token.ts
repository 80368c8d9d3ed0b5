import type { Asked, BoundFault } from './behaviour.ts';
import type { MockContext } from './context.ts';
import { responses } from './dialects/responses.ts';
import { currentExchange, perform } from './exchange.ts';
import { refusal } from './faults/oauth.ts';
import { answer, type Step } from './steps.ts';
import type { SignInService } from './targets.ts';
import type { Redemption, TokenLedger, TokenSet } from './token-ledger.ts';
import type { Words } from './words.ts';

/** The service, as far as its token endpoint goes. */
interface SignIn {
  readonly name: SignInService;
  readonly words: Words;
}

interface TokenEndpoint {
  provider: SignIn;
  path: string;
  /** Other grants than codes and refresh tokens, by their name; `undefined` is refused with `invalid_grant`. */
  grants?: { [grantType: string]: (form: URLSearchParams) => Step[] };
}

/** An OAuth token endpoint: it redeems refresh tokens, and codes that come with the verifier of their challenge (PKCE). */
export async function serveToken(
  context: MockContext,
  request: Request,
  endpoint: TokenEndpoint,
): Promise<Response> {
  const { provider, path, grants = {} } = endpoint;
  const ledger = context.ledgers[provider.name];
  const { id: exchange, record } = currentExchange();
  const form = formOf(await request.text());
  const grant = form.get('grant_type') ?? '';
  const presented = form.get('refresh_token') ?? '';
  const asked = {
    kind: 'provider.request',
    exchange,
    provider: provider.name,
    method: 'POST',
    path,
  } as const;
  const fault = () => context.next(askedOf(provider), provider.name);
  switch (grant) {
    case 'refresh_token': {
      const credential = ledger.labelOf(presented);
      record({ ...asked, purpose: 'refresh', credential });
      const lifetimeMs = context.accessLifetimeMs(provider.name, credential);
      return perform(refresh(provider, ledger, presented, lifetimeMs, fault()));
    }
    case 'authorization_code': {
      record({ ...asked, purpose: 'other' });
      const [code, verifier, redirect] = ['code', 'code_verifier', 'redirect_uri'].map(
        (name) => form.get(name) ?? '',
      );
      const lifetimeMs = context.accessLifetimeMs(provider.name);
      const tokens = ledger.exchange(code ?? '', verifier ?? '', redirect ?? '', lifetimeMs);
      return perform(fault()(tokens ? answerWith(tokens) : refusal('invalid_grant', provider.words)));
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

const askedOf = ({ name, words }: SignIn): Asked => ({
  provider: name,
  purpose: 'token',
  // A token is no stream; what a fault for streams sends in its stead is spoken as elsewhere.
  dialect: responses,
  words,
  transport: 'http',
  text: '',
});

/** A fault that replaces the answer leaves the token as it was; one that only delays or breaks it does not. */
function refresh(
  { words }: SignIn,
  ledger: TokenLedger,
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
  return fault(answerTo(redemption, words));
}

const PROBE = answer(200, {});
const PROBE_HEAD = PROBE[0] as Step;

/** A passing error (429, 5xx) leaves the client as wise as silence does. */
function refusalOf(steps: readonly Step[]): 'refused' | 'unanswered' {
  const head = steps.find((step) => step.do === 'head');
  return head && head.status >= 400 && head.status < 500 && head.status !== 429 ? 'refused' : 'unanswered';
}

function answerTo(redemption: Redemption, words: Words): Step[] {
  switch (redemption.result) {
    case 'rotated':
      return answerWith(redemption.tokens);
    case 'reused':
      return refusal('refresh_token_reused', words);
    case 'revoked':
      return refusal('refresh_token_invalidated', words);
    case 'unknown':
      return refusal('invalid_grant', words);
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
