import { reply, serverError } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title:
    'A refresh that meets a 503 once is tried again, at the latest after a rest, and the message is answered',
  about:
    'An outage of a second on the way to a new token, which it does not use up. 2026.9.6 puts a marker in the place of ' +
    'the token while it asks, and leaves it there whatever went wrong (`createFailedOAuthRefreshFence`).',
  setup: { codexToken: 'expired', time: 'clock-jump' },
  providers: { auth: [serverError(503), reply()] },
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('Are you still there?');
    // A profile that failed may be given a rest of some minutes.
    await page.pass(10);
    await chat.say('And now?', { expect: 'reply' });
  },
  regression: [{ check: 'reply-arrives' }, { check: 'session-continues' }],
});
