import { cutAfter, reply } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A reply that is cut once is asked for again, and answered',
  about:
    'A provider that restarts in the middle of a reply. One retry is enough; the user should not notice.',
  providers: { codex: [cutAfter(1), reply()] },
  expect: 'reply',
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('Are you still there?');
  },
  regression: [{ check: 'reply-arrives' }, { check: 'session-continues' }],
});
