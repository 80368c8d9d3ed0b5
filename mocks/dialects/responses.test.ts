import { createParser } from 'eventsource-parser';
import { expect, test } from 'vitest';
import { readModelRequest } from './request.ts';
import { responses } from './responses.ts';

test('streams events in the order of the Responses API, word by word', () => {
  const events: { type: string; sequence_number: number; delta?: string }[] = [];
  const parser = createParser({ onEvent: ({ data }) => events.push(JSON.parse(data)) });
  for (const step of responses.reply('gpt-5.4', 'one two three', 'x')) {
    if (step.do === 'send') parser.feed(new TextDecoder().decode(step.bytes));
  }
  expect(events.map(({ type }) => type.replace('response.', ''))).toEqual([
    ...['created', 'output_item.added', 'content_part.added'],
    ...['output_text.delta', 'output_text.delta', 'output_text.delta'],
    ...['output_text.done', 'content_part.done', 'output_item.done', 'completed'],
  ]);
  expect(events.map(({ delta = '' }) => delta).join('')).toBe('one two three');
  expect(events.map(({ sequence_number }) => sequence_number)).toEqual(events.map((_, index) => index));
});

test('reads the newest user message and the instructions, and passes over what it does not know', () => {
  const request = readModelRequest({
    model: 'gpt-5.4',
    instructions: 'be kind',
    input: [
      { role: 'user', content: 'old' },
      { type: 'reasoning', id: 'r' },
      { role: 'user', content: [{ type: 'input_text', text: 'new' }, { type: 'input_image' }] },
      { type: 'function_call_output', output: 'x' },
    ],
  });
  expect(request).toEqual({ model: 'gpt-5.4', userText: 'new', instructions: 'be kind' });
  expect(readModelRequest('nonsense')).toBeUndefined();
});

test('finds the message also where the gateway puts context of its own behind it, and only the newest one', () => {
  const { userText } =
    readModelRequest({
      model: 'gpt-5.6-terra',
      input: [
        { role: 'user', content: 'Hello (ref-00000001)' },
        { role: 'user', content: 'CONTEXT' },
        { role: 'assistant', content: 'hi' },
        { role: 'user', content: 'Again (ref-00000002)' },
        { role: 'user', content: 'CONTEXT' },
      ],
    }) ?? {};
  expect(userText).toBe('Again (ref-00000002)\nCONTEXT');
});
