import { z } from 'zod';

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
