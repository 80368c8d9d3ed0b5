import type { MockContext } from './context.ts';
import { perform } from './exchange.ts';
import { recordOther } from './record-other.ts';
import { answer } from './steps.ts';
import type { SignInService } from './targets.ts';

/**
 * The page where a person signs in. Here everybody has done so at once: the browser is sent back with a code, which is
 * good for whoever has the verifier of the request's challenge (RFC 7636, S256 alone, as both services demand).
 */
export function serveAuthorize(
  { ledgers }: MockContext,
  request: Request,
  provider: SignInService,
): Promise<Response> {
  recordOther(request, provider);
  const { searchParams } = new URL(request.url);
  const asked = (name: string) => searchParams.get(name) ?? '';
  const challenge = asked('code_challenge');
  const redirect = URL.parse(asked('redirect_uri'));
  const wellFormed =
    asked('response_type') === 'code' &&
    asked('client_id') !== '' &&
    asked('code_challenge_method') === 'S256' &&
    CHALLENGE.test(challenge) &&
    redirect &&
    LOOPBACK.test(redirect.hostname);
  if (!wellFormed) return perform(answer(400, { error: 'invalid_request' }));
  redirect.searchParams.set('code', ledgers[provider].authorize(challenge, asked('redirect_uri')));
  if (asked('state')) redirect.searchParams.set('state', asked('state'));
  return perform([{ do: 'head', status: 302, headers: { location: redirect.href } }, { do: 'end' }]);
}

/** SHA-256 as base64url. */
const CHALLENGE = /^[\w-]{43}$/;
/** Both services give codes only to a program on the person's own machine. */
const LOOPBACK = /^(localhost|127\.0\.0\.1)$/;
