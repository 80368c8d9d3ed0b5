import { defineScenario } from '#harness/scenario.ts';
import { reply, serverError } from '#mocks/faults.ts';

export default defineScenario({
  title:
    'A refresh that meets a 503 once is tried again, at the latest after a rest, and the message is answered',
  about: 'An outage of a second on the way to a new token.',
  setup: { codexToken: 'expired', time: 'clock-jump' },
  providers: { auth: [serverError(503), reply()] },
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('Are you still there?');
    // 2026.9.6 gives a profile that failed a rest, and refuses meanwhile.
    await page.pass(10);
    await chat.say('And now?', { expect: 'reply' });
  },
  regression: [{ check: 'reply-arrives' }, { check: 'session-continues' }],
});
