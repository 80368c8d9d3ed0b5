import { delay } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A gateway killed while it waits for new tokens comes back, and says what to do',
  about:
    'The provider has rotated, the answer never came: the stored refresh token is used up. Only a new sign-in helps, ' +
    'and the user must hear so, not wait.',
  setup: { codexToken: 'expired' },
  // Longer than the wait below: 2026.4.14 posts 5 to 15 s after the message, and must be killed before the answer.
  providers: { auth: [delay(60_000), delay(0)] },
  expect: 'reply-or-error',
  async script(page) {
    const chat = page.session();
    await chat.send('Hello');
    await page.idle(22_000);
    await page.gateway.kill();
    await page.gateway.restart();
    await chat.say('Are you still there?');
    await chat.say('And now?');
  },
  regression: [{ check: 'refresh-discipline' }, { check: 'session-continues' }],
});
