import { http, type RequestHandler } from 'msw';
import type { MockContext } from './context.ts';
import { serveAuthorize } from './oauth-authorize.ts';
import { serveToken } from './oauth-token.ts';
import { unknownPath } from './unknown-path.ts';

export const AUTH_HOST = 'auth.openai.com';

/** OpenAI's OAuth server. Shapes: facts section 6; the refusal of a reused token stands word for word in the user's thread. */
export const openAiAuth = (context: MockContext): RequestHandler[] => [
  http.get(`https://${AUTH_HOST}/oauth/authorize`, ({ request }) =>
    serveAuthorize(request, { provider: 'auth', ledger: context.ledger }),
  ),
  http.post(`https://${AUTH_HOST}/oauth/token`, ({ request }) =>
    serveToken(context, request, { provider: 'auth', path: '/oauth/token', ledger: context.ledger }),
  ),
  ...unknownPath('auth', AUTH_HOST),
];
