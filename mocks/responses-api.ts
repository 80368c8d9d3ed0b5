import { z } from 'zod';
import { bytesOf, DELTA, type Step } from './steps.ts';

/**
 * The Responses API as OpenAI's Codex endpoint and xAI stream it.
 * Event names and their order: facts section 6, seen on the wire from 2026.4.12 to 2026.9.6.
 */
const textPart = z.object({ text: z.string() });
const inputItem = z.object({
  role: z.string().optional(),
  content: z.union([z.string(), z.array(textPart.or(z.unknown()))]).optional(),
});
type Item = z.infer<typeof inputItem>;

const requestBody = z.object({
  model: z.string(),
  instructions: z.string().optional(),
  input: z.union([z.string(), z.array(inputItem.or(z.unknown()))]).optional(),
  /** The same by the Chat Completions API. */
  messages: z.array(inputItem.or(z.unknown())).optional(),
});

export interface ModelRequest {
  model: string;
  /**
   * The text of the newest user messages, those that follow upon each other: 2026.9.6 sends what it knows of the
   * conversation as a user message of its own, right behind the user's.
   */
  userText: string;
  /** What the gateway tells the model beforehand. */
  instructions: string;
}

/** Reads the parts of a request, by either API, that the mocks decide by; `undefined` where it is no such request. */
export function readModelRequest(body: unknown): ModelRequest | undefined {
  const parsed = requestBody.safeParse(body);
  if (!parsed.success) return undefined;
  const { model, messages = [], input = messages } = parsed.data;
  const items = (typeof input === 'string' ? [{ role: 'user', content: input }] : input).flatMap((item) => {
    const known = inputItem.safeParse(item);
    return known.success ? [known.data] : [];
  });
  const lead = items.filter((item) => item.role === 'system' || item.role === 'developer').map(textOf);
  return {
    model,
    userText: newestFromUser(items).map(textOf).join('\n'),
    instructions: [parsed.data.instructions ?? '', ...lead].join('\n'),
  };
}

function newestFromUser(items: readonly Item[]): readonly Item[] {
  const last = items.findLastIndex(({ role }) => role === 'user');
  const before = items.findLastIndex(({ role }, index) => index < last && role !== 'user');
  return items.slice(before + 1, last + 1);
}

function textOf(item: Item): string {
  const content = item.content ?? '';
  if (typeof content === 'string') return content;
  return content
    .flatMap((part) => {
      const text = textPart.safeParse(part);
      return text.success ? [text.data.text] : [];
    })
    .join('\n');
}

/** Streams `text` word by word; `id` makes the response's and the message's ids. */
export function streamResponse(model: string, text: string, id: string): Step[] {
  const words = text.match(/\S+\s*/g) ?? [];
  const message = { id: `msg_${id}`, type: 'message', role: 'assistant' };
  const part = { type: 'output_text', text, annotations: [] };
  const place = { item_id: message.id, output_index: 0, content_index: 0 };
  const done = { ...message, status: 'completed', content: [part] };
  const response = { id: `resp_${id}`, object: 'response', created_at: 1776000000, model };
  let sequence = 0;
  const event = (type: string, fields: Record<string, unknown>): Step => ({
    do: 'send',
    label: type === 'response.output_text.delta' ? DELTA : type,
    bytes: bytesOf(
      `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: sequence++, ...fields })}\n\n`,
    ),
  });
  return [
    { do: 'head', status: 200, headers: { 'content-type': 'text/event-stream; charset=utf-8' } },
    event('response.created', { response: { ...response, status: 'in_progress', output: [] } }),
    event('response.output_item.added', {
      output_index: 0,
      item: { ...message, status: 'in_progress', content: [] },
    }),
    event('response.content_part.added', { ...place, part: { ...part, text: '' } }),
    ...words.map((delta) => event('response.output_text.delta', { ...place, delta })),
    event('response.output_text.done', { ...place, text }),
    event('response.content_part.done', { ...place, part }),
    event('response.output_item.done', { output_index: 0, item: done }),
    event('response.completed', {
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
