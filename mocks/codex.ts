import { http, type RequestHandler } from 'msw';
import type { MockContext } from './context.ts';
import { currentExchange, perform } from './exchange.ts';
import { serveModel } from './models.ts';
import { answer } from './steps.ts';
import { unknownPath } from './unknown-path.ts';

export const CODEX_HOST = 'chatgpt.com';
const PATH = '/backend-api/codex/responses';

/** ChatGPT's Codex endpoint, SSE only. */
export const codex = (context: MockContext): RequestHandler[] => [
  http.post(`https://${CODEX_HOST}${PATH}`, ({ request }) =>
    serveModel(context, request, {
      provider: 'codex',
      path: PATH,
      credential: context.ledger.accept(bearer(request)),
      refusal: answer(401, { detail: 'Could not validate your token. Please try signing in again.' }),
    }),
  ),
  http.get(`https://${CODEX_HOST}/backend-api/codex/models`, ({ request }) => {
    listed(request);
    return perform(answer(200, { models: context.models.codex.map((slug) => codexModel(slug)) }));
  }),
  http.get(`https://${CODEX_HOST}/backend-api/wham/usage`, ({ request }) => {
    listed(request);
    return perform(answer(200, { plan_type: 'plus', rate_limit: { allowed: true, limit_reached: false } }));
  }),
  ...unknownPath('codex', CODEX_HOST),
];

export const bearer = (request: Request): string =>
  (request.headers.get('authorization') ?? '').replace(/^bearer\s+/i, '');

function listed(request: Request): void {
  const { id, record } = currentExchange();
  const path = new URL(request.url).pathname;
  record({
    kind: 'provider.request',
    exchange: id,
    provider: 'codex',
    method: 'GET',
    path,
    purpose: 'other',
  });
}

const codexModel = (slug: string) => ({
  slug,
  display_name: slug,
  supported_in_api: true,
  visibility: 'list',
  context_window: 272_000,
  supported_reasoning_levels: [{ effort: 'medium', description: 'medium' }],
  default_reasoning_level: 'medium',
});
