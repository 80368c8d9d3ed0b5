import { invalidGrant } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A refresh that is refused for good is not tried again and again',
  about: 'Another refusal than `refresh_token_reused`, no less final: `invalid_grant`: the token is not one.',
  setup: { codexToken: 'expired' },
  providers: { auth: [invalidGrant()] },
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('Again');
    await page.idle(10_000);
  },
  regression: [{ check: 'refresh-discipline' }, { check: 'reply-arrives' }],
});
