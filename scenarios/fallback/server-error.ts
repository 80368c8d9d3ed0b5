import { serverError } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A provider that is down leads to the fallback',
  about: 'Codex answers 500 to everything.',
  setup: { fallbacks: ['xai/grok-4'] },
  providers: { codex: [serverError(500)] },
  expect: 'reply',
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('Are you still there?');
  },
  regression: [{ check: 'reply-arrives' }, { check: 'session-continues' }],
});
