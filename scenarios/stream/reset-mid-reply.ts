import { cutAfter } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A reply that the provider resets every time ends in an error that the user sees',
  about:
    'The same as a stream cut in order, but with a TCP reset: Node reports `terminated` with the cause `ECONNRESET`.',
  providers: { codex: [cutAfter(1, 'reset')] },
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('Are you still there?');
  },
  regression: [{ check: 'reply-arrives' }, { check: 'session-continues' }],
});
