import { rateLimited } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A refresh that is rate limited ends in an error that the user sees',
  about: 'The OAuth server itself says 429 with `Retry-After`.',
  setup: { codexToken: 'expired' },
  providers: { auth: [rateLimited(120)] },
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('Are you still there?');
  },
  regression: [{ check: 'reply-arrives' }, { check: 'session-continues' }],
});
