import { unauthorized } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A recall that is refused does not put the profile of the reply out of use',
  about: 'The recall and the reply share one credential; what happens to the one must not cost the other.',
  setup: { activeMemory: { timeoutMs: 5_000 } },
  providers: { 'codex:recall': [unauthorized()] },
  expect: 'reply',
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('Are you still there?');
  },
  regression: [{ check: 'reply-arrives' }, { check: 'session-continues' }],
});
