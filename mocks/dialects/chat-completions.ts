import { bytesOf, DELTA, type Step } from '#mocks/steps.ts';
import type { Dialect, Echo } from './dialect.ts';

/**
 * The Chat Completions API as xAI streams it, which gateways up to 2026.3.24 use. Shapes: the SDK that they carry
 * (openai 6, `ChatCompletionChunk`).
 */
export const chatCompletions: Dialect = {
  reply,
  error: ({ code, message }) => [send('error', { error: { type: code, code, message, param: null } })],
  failed: (_request, { code, message }) => [send('error', { error: { type: code, code, message } })],
  incomplete: (request, reason) => {
    const finish_reason = reason === 'max_output_tokens' ? 'length' : reason;
    const choices = [{ index: 0, delta: {}, finish_reason }];
    return [send('error', { ...chunkOf(request), choices }), send('done', '[DONE]')];
  },
  unknown: (request) => [
    send('error', { ...chunkOf(request), object: 'chat.completion.synthetic', choices: [] }),
  ],
};

const send = (label: string, data: unknown): Step => ({
  do: 'send',
  label,
  bytes: bytesOf(`data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`),
});

const chunkOf = ({ model }: Echo) => ({
  id: 'chatcmpl-synthetic-fault',
  object: 'chat.completion.chunk',
  created: 1776000000,
  model,
});

/** @param id makes the completion's id */
function reply(model: string, text: string, id: string): Step[] {
  const words = text.match(/\S+\s*/g) ?? [];
  const chunk = { id: `chatcmpl-${id}`, object: 'chat.completion.chunk', created: 1776000000, model };
  const choice = (delta: object, finish_reason: 'stop' | null = null) => ({
    ...chunk,
    choices: [{ index: 0, delta, finish_reason }],
  });
  return [
    { do: 'head', status: 200, headers: { 'content-type': 'text/event-stream; charset=utf-8' } },
    send('role', choice({ role: 'assistant', content: '' })),
    ...words.map((content) => send(DELTA, choice({ content }))),
    send('finish', choice({}, 'stop')),
    send('usage', { ...chunk, choices: [], usage: usageOf(words.length) }),
    send('done', '[DONE]'),
    { do: 'end' },
  ];
}

const usageOf = (words: number) => ({
  prompt_tokens: 100,
  completion_tokens: words,
  total_tokens: 100 + words,
});
