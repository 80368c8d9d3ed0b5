import { http } from 'msw';
import { chatCompletions } from '#mocks/dialects/chat-completions.ts';
import { responses } from '#mocks/dialects/responses.ts';
import { perform } from '#mocks/exchange.ts';
import { bearer, serveModel } from '#mocks/models.ts';
import { recordOther } from '#mocks/record-other.ts';
import { answer } from '#mocks/steps.ts';
import { openAiWords, requestId, type Words } from '#mocks/words.ts';
import type { Provider } from './provider.ts';

const HOST = 'api.x.ai';
/** Which models there are for somebody who is signed in, 2026.9.5 asks here (`XAI_GROK_OAUTH_BASE_URL`). */
const SIGNED_IN_HOST = 'cli-chat-proxy.grok.com';
const HOSTS = [HOST, SIGNED_IN_HOST];
const DIALECTS = { '/v1/responses': responses, '/v1/chat/completions': chatCompletions };
/** A code in words, and the message beside it. */
const words: Words = { ...openAiWords, error: (code, message) => ({ code, error: message }) };
const self = { name: 'xai', words } as const;

/** xAI with an API key or a sign-in, by its Responses and its Chat Completions endpoint. */
export const xai: Provider = {
  ...self,
  title: 'xAI',
  host: HOST,
  otherHosts: [SIGNED_IN_HOST],
  headers: (exchange) => ({ 'x-request-id': requestId(exchange) }),
  routes(context) {
    const accepted = (credential: string) =>
      credential === context.keys.xai ? 'XAI-KEY' : context.ledgers['xai-auth'].accept(credential);
    return HOSTS.flatMap((host) => [
      ...Object.entries(DIALECTS).map(([path, dialect]) =>
        http.post(`https://${host}${path}`, ({ request }) =>
          serveModel(context, request, {
            provider: self,
            path,
            dialect,
            credential: accepted(bearer(request.headers.get('authorization'))),
            refusal: answer(400, {
              code: 'Client specified an invalid argument',
              error: 'Incorrect API key provided.',
            }),
          }),
        ),
      ),
      http.get(`https://${host}/v1/models`, ({ request }) => {
        recordOther(request, 'xai');
        const data = context.models.xai.map((model) => ({
          id: model,
          object: 'model',
          created: 1752000000,
          owned_by: 'xai',
        }));
        return perform(answer(200, { object: 'list', data }));
      }),
    ]);
  },
};
