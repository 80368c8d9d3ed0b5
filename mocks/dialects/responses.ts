import { bytesOf, DELTA, type Step } from '#mocks/steps.ts';
import type { Dialect, Echo } from './dialect.ts';

/**
 * The Responses API as OpenAI's Codex endpoint and xAI stream it.
 * Event names and their order: facts section 6, seen on the wire from 2026.4.12 to 2026.9.6.
 */
export const responses: Dialect = {
  reply,
  error: ({ code, message }) => [event('error', { code, message, param: null })],
  failed: (request, error) => [
    event('response.failed', { response: { ...begun(request), status: 'failed', error } }),
  ],
  incomplete: (request, reason) => [
    event('response.incomplete', {
      response: { ...begun(request), status: 'incomplete', incomplete_details: { reason }, error: null },
    }),
  ],
  unknown: () => [event('response.synthetic.happened', { note: 'synthetic' })],
};

/** The same over a WebSocket, where the service wraps the error that HTTP would have given (codex-rs, `responses_websocket.rs`). */
export const responsesOverWebSocket: Dialect = {
  ...responses,
  error: ({ code, message }) => [
    event('error', { status: 500, error: { type: code, code, message, param: null } }),
  ],
};

const event = (type: string, fields: Record<string, unknown>): Step => ({
  do: 'send',
  label: type === 'response.output_text.delta' ? DELTA : type,
  bytes: bytesOf(`event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`),
});

const begun = ({ model }: Echo) => ({
  id: 'resp_synthetic_fault',
  object: 'response',
  created_at: 1776000000,
  model,
  output: [],
  usage: null,
});

/** Streams `text` word by word; `id` makes the response's and the message's ids. */
function reply(model: string, text: string, id: string): Step[] {
  const words = text.match(/\S+\s*/g) ?? [];
  const message = { id: `msg_${id}`, type: 'message', role: 'assistant' };
  const part = { type: 'output_text', text, annotations: [] };
  const place = { item_id: message.id, output_index: 0, content_index: 0 };
  const done = { ...message, status: 'completed', content: [part] };
  const response = { id: `resp_${id}`, object: 'response', created_at: 1776000000, model };
  let sequence = 0;
  const next = (type: string, fields: Record<string, unknown>) =>
    event(type, { sequence_number: sequence++, ...fields });
  return [
    { do: 'head', status: 200, headers: { 'content-type': 'text/event-stream; charset=utf-8' } },
    next('response.created', { response: { ...response, status: 'in_progress', output: [] } }),
    next('response.output_item.added', {
      output_index: 0,
      item: { ...message, status: 'in_progress', content: [] },
    }),
    next('response.content_part.added', { ...place, part: { ...part, text: '' } }),
    ...words.map((delta) => next('response.output_text.delta', { ...place, delta })),
    next('response.output_text.done', { ...place, text }),
    next('response.content_part.done', { ...place, part }),
    next('response.output_item.done', { output_index: 0, item: done }),
    next('response.completed', {
      response: { ...response, status: 'completed', output: [done], usage: usageOf(words.length) },
    }),
    { do: 'end' },
  ];
}

const usageOf = (words: number) => ({
  input_tokens: 100,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: words,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 100 + words,
});
