import { emptyBody } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'An answer 400 without a body leads to the fallback or to an error that the user sees',
  about: 'Seen from services behind a proxy: a status and nothing else.',
  setup: { fallbacks: ['xai/grok-4'] },
  providers: { codex: [emptyBody(400)] },
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('Are you still there?');
  },
  regression: [{ check: 'reply-arrives' }, { check: 'session-continues' }],
});
