import { http, type RequestHandler } from 'msw';
import type { MockContext } from './context.ts';
import { currentExchange, perform } from './exchange.ts';
import { serveModel } from './models.ts';
import { answer } from './steps.ts';
import { unknownPath } from './unknown-path.ts';

export const CODEX_HOST = 'chatgpt.com';
export const CODEX_PATH = '/backend-api/codex/responses';

/** ChatGPT's Codex endpoint by SSE, and what else is asked of that host. */
export const codex = (context: MockContext): RequestHandler[] => [
  http.post(`https://${CODEX_HOST}${CODEX_PATH}`, ({ request }) =>
    serveModel(context, request, {
      provider: 'codex',
      path: CODEX_PATH,
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
    return perform(answer(200, usage(context.ledger.now())));
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

/** An account with plenty left. Fields: what `codex-rs` and OpenClaw read of it. */
const usage = (now: number) => ({
  plan_type: 'plus',
  rate_limit: {
    allowed: true,
    limit_reached: false,
    primary_window: usageWindow(now, 5 * 3_600),
    secondary_window: usageWindow(now, 7 * 86_400),
  },
  credits: { has_credits: false, unlimited: false, balance: null },
});

const usageWindow = (now: number, seconds: number) => ({
  used_percent: 10,
  limit_window_seconds: seconds,
  reset_after_seconds: seconds / 2,
  reset_at: Math.floor(now / 1000) + seconds / 2,
});

const codexModel = (slug: string) => ({
  slug,
  display_name: slug,
  supported_in_api: true,
  visibility: 'list',
  context_window: 272_000,
  supported_reasoning_levels: [{ effort: 'medium', description: 'medium' }],
  default_reasoning_level: 'medium',
  shell_type: 'shell_command',
  supports_parallel_tool_calls: true,
  input_modalities: ['text', 'image'],
  priority: 1,
});
