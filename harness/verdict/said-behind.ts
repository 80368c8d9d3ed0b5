import type { EventOf } from '#harness/timeline/events.ts';
import { nonceMark } from '#mocks/marks.ts';

/** What the assistant says in a history behind the message with a nonce, up to the user's next one. Pure. */
export function saidBehind(nonce: string, messages: EventOf<'chat.history'>['messages']): string[] {
  const from = messages.findLastIndex(({ role, text }) => role === 'user' && text.includes(nonceMark(nonce)));
  if (from === -1) return [];
  const rest = messages.slice(from + 1);
  const until = rest.findIndex(({ role }) => role === 'user');
  return (until === -1 ? rest : rest.slice(0, until)).flatMap(({ role, text }) =>
    role === 'assistant' ? [text] : [],
  );
}
