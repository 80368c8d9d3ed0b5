import { http } from 'msw';
import { perform } from '#mocks/exchange.ts';
import { bearer, serveModel } from '#mocks/models.ts';
import { recordOther } from '#mocks/record-other.ts';
import { answer } from '#mocks/steps.ts';
import { openAiHeaders, openAiWords } from '#mocks/words.ts';
import { codexWebSocket } from './codex-websocket.ts';
import type { Provider } from './provider.ts';

const HOST = 'chatgpt.com';
const PATH = '/backend-api/codex/responses';
const self = { name: 'codex', words: openAiWords } as const;

/** ChatGPT's Codex endpoint, and what else is asked of that host. */
export const codex: Provider = {
  ...self,
  title: 'Codex',
  host: HOST,
  headers: (exchange) => ({ ...openAiHeaders(exchange), 'openai-processing-ms': '42' }),
  routes: (context) => [
    http.post(`https://${HOST}${PATH}`, ({ request }) =>
      serveModel(context, request, {
        provider: self,
        path: PATH,
        credential: context.ledgers.auth.accept(bearer(request.headers.get('authorization'))),
        refusal: answer(401, { detail: 'Could not validate your token. Please try signing in again.' }),
      }),
    ),
    http.get(`https://${HOST}/backend-api/codex/models`, ({ request }) => {
      recordOther(request, 'codex');
      return perform(answer(200, { models: context.models.codex.map((slug) => codexModel(slug)) }));
    }),
    http.get(`https://${HOST}/backend-api/wham/usage`, ({ request }) => {
      recordOther(request, 'codex');
      return perform(answer(200, usage(context.ledgers.auth.now())));
    }),
  ],
  webSockets: (context) => codexWebSocket(context, self, PATH),
};

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
