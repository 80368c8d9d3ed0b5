import { bytesOf, DELTA, type Step } from './steps.ts';

/**
 * The Chat Completions API as xAI streams it, which gateways up to 2026.3.24 use. Shapes: the SDK that they carry
 * (openai 6, `ChatCompletionChunk`).
 * @param id makes the completion's id
 */
export function streamChat(model: string, text: string, id: string): Step[] {
  const words = text.match(/\S+\s*/g) ?? [];
  const chunk = { id: `chatcmpl-${id}`, object: 'chat.completion.chunk', created: 1776000000, model };
  const send = (label: string, data: unknown): Step => ({
    do: 'send',
    label,
    bytes: bytesOf(`data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`),
  });
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
