import { http, type RequestHandler } from 'msw';
import { streamChat } from './chat-completions.ts';
import { bearer } from './codex.ts';
import type { MockContext } from './context.ts';
import { currentExchange, perform } from './exchange.ts';
import { serveModel } from './models.ts';
import { streamResponse } from './responses-api.ts';
import { answer } from './steps.ts';
import { unknownPath } from './unknown-path.ts';

export const XAI_HOST = 'api.x.ai';

const APIS = { '/v1/responses': streamResponse, '/v1/chat/completions': streamChat };

const accepted = ({ xaiKey, xaiLedger }: MockContext, credential: string): string | undefined =>
  credential === xaiKey ? 'XAI-KEY' : xaiLedger.accept(credential);

/** xAI with an API key or a sign-in, by its Responses and its Chat Completions endpoint. */
export const xai = (context: MockContext): RequestHandler[] => [
  ...Object.entries(APIS).map(([path, stream]) =>
    http.post(`https://${XAI_HOST}${path}`, ({ request }) =>
      serveModel(context, request, {
        provider: 'xai',
        path,
        stream,
        credential: accepted(context, bearer(request)),
        refusal: answer(400, {
          code: 'Client specified an invalid argument',
          error: 'Incorrect API key provided.',
        }),
      }),
    ),
  ),
  http.get(`https://${XAI_HOST}/v1/models`, ({ request }) => {
    const { id, record } = currentExchange();
    const path = new URL(request.url).pathname;
    record({
      kind: 'provider.request',
      exchange: id,
      provider: 'xai',
      method: 'GET',
      path,
      purpose: 'other',
    });
    const data = context.models.xai.map((model) => ({
      id: model,
      object: 'model',
      created: 1752000000,
      owned_by: 'xai',
    }));
    return perform(answer(200, { object: 'list', data }));
  }),
  ...unknownPath('xai', XAI_HOST),
];
