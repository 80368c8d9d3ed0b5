import { createParser } from 'eventsource-parser';
import { expect, test } from 'vitest';
import { cutAfter } from '#mocks/faults.ts';
import type { Step } from '#mocks/steps.ts';
import { openAiWords } from '#mocks/words.ts';
import { chatCompletions } from './chat-completions.ts';
import { readModelRequest } from './request.ts';

const chatRequest = {
  provider: 'xai',
  purpose: 'turn',
  dialect: chatCompletions,
  words: openAiWords,
  transport: 'http',
  ordinal: 1,
  now: 0,
  text: '',
} as const;

interface Chunk {
  choices: { delta: { role?: string; content?: string }; finish_reason: string | null }[];
  usage?: { total_tokens: number };
}

function dataOf(steps: readonly Step[]): string[] {
  const data: string[] = [];
  const parser = createParser({ onEvent: (event) => data.push(event.data) });
  for (const step of steps) if (step.do === 'send') parser.feed(new TextDecoder().decode(step.bytes));
  return data;
}

test('streams a reply word by word, with its end, its usage and the last line that clients wait for', () => {
  const data = dataOf(chatCompletions.reply('grok-4', 'one two three', 'x'));
  expect(data.at(-1)).toBe('[DONE]');
  const chunks = data.slice(0, -1).map((text) => JSON.parse(text) as Chunk);
  const choices = chunks.flatMap((chunk) => chunk.choices);
  expect(choices.map(({ delta }) => delta.content ?? '').join('')).toBe('one two three');
  expect(choices.map(({ finish_reason }) => finish_reason)).toEqual([null, null, null, null, 'stop']);
  expect(chunks.at(-1)?.usage).toMatchObject({ total_tokens: 103 });
});

test('a fault finds the words of this stream too', () => {
  const cut = cutAfter(2).apply(chatCompletions.reply('grok-4', 'one two three', 'x'), chatRequest);
  const said = dataOf(cut).map((text) => (JSON.parse(text) as Chunk).choices[0]?.delta.content);
  expect(said).toEqual(['', 'one ', 'two ']);
  expect(cut.at(-1)).toEqual({ do: 'fin' });
});

test('a request by this API is read as one by the other', () => {
  const messages = [
    { role: 'system', content: 'be kind' },
    { role: 'user', content: 'old' },
    { role: 'assistant', content: 'reply' },
    { role: 'user', content: [{ type: 'text', text: 'new' }] },
  ];
  expect(readModelRequest({ model: 'grok-4', messages })).toEqual({
    model: 'grok-4',
    userText: 'new',
    instructions: '\nbe kind',
  });
});
