import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A refresh token that is already used is posted once and then left alone',
  about:
    'The thread: `[openai-codex] Token refresh failed: 401 … refresh_token_reused` over and over. The refusal is ' +
    'permanent; only a new sign-in helps.',
  setup: { codexToken: 'spent' },
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('Again');
    await chat.say('And once more');
    await page.idle(10_000);
  },
  regression: [{ check: 'refresh-discipline' }],
});
