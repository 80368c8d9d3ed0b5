import { defineScenario } from '#harness/scenario.ts';
import { reply, serverError } from '#mocks/faults.ts';

export default defineScenario({
  title: 'A refresh that meets a 503 once is tried again, and the next message is answered',
  about: 'An outage of a second on the way to a new token.',
  setup: { codexToken: 'expired' },
  providers: { auth: [serverError(503), reply()] },
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('Are you still there?');
  },
  regression: [{ check: 'reply-arrives' }, { check: 'session-continues' }],
});
