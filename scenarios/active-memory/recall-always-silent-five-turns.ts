import { silence } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'Five messages with a recall that never answers are all answered',
  about: 'The thread, over a longer conversation: timeouts of the recall must not add up against the model.',
  setup: { activeMemory: { timeoutMs: 2_000 } },
  providers: { 'codex:recall': [silence()] },
  expect: 'reply',
  async script(page) {
    const chat = page.session();
    for (const text of ['Hello', 'Two', 'Three', 'Four', 'Five']) await chat.say(text);
  },
  regression: [{ check: 'reply-arrives' }, { check: 'session-continues' }],
});
