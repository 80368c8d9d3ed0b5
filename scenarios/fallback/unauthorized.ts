import { unauthorized } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A credential that is refused leads to the fallback',
  about: '401 from the model service itself, though the token is good for an hour.',
  setup: { fallbacks: ['xai/grok-4'] },
  providers: { codex: [unauthorized()] },
  expect: 'reply',
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('Are you still there?');
  },
  regression: [{ check: 'reply-arrives' }, { check: 'session-continues' }],
});
