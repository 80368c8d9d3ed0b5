import { rateLimited } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A provider that asks for two minutes of patience is left for the fallback',
  about: '429 with `Retry-After: 120`; nobody waits two minutes in a chat while another model is configured.',
  setup: { fallbacks: ['xai/grok-4'] },
  providers: { codex: [rateLimited(120)] },
  expect: 'reply',
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('Are you still there?');
  },
  regression: [{ check: 'reply-arrives' }, { check: 'session-continues' }],
});
