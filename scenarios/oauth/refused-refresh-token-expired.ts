import { refreshTokenExpired } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A refresh that is refused for good is not tried again and again',
  about:
    'Another refusal than `refresh_token_reused`, no less final: `refresh_token_expired`: it is too old.',
  setup: { codexToken: 'expired' },
  providers: { auth: [refreshTokenExpired()] },
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('Again');
    await page.idle(10_000);
  },
  regression: [{ check: 'refresh-discipline' }, { check: 'reply-arrives' }],
});
