import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'An agent that wakes by itself leaves a used refresh token alone',
  about:
    'Every heartbeat is a turn. With a token that only a new sign-in can replace, it must not be tried each time.',
  setup: { codexToken: 'spent', heartbeat: '20s' },
  async script(page) {
    await page.session().say('Hello');
    await page.idle(70_000);
  },
  regression: [{ check: 'refresh-discipline' }],
});
