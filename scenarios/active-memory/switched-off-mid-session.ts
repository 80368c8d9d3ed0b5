import { silence } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'After `/active-memory off` no recall is made',
  about: 'The thread: switching it off "definitely saved the session".',
  setup: { activeMemory: { timeoutMs: 5_000 } },
  providers: { 'codex:recall': [silence()] },
  expect: 'reply',
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.command('/active-memory off');
    await chat.say('Better now?');
  },
  regression: [{ check: 'reply-arrives' }, { check: 'session-continues' }],
});
