import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'With a dead Codex token every message goes to the fallback, and the token is left alone',
  about:
    'The thread: `refresh_token_reused` again and again, while xAI is healthy and configured as the fallback.',
  setup: { codexToken: 'spent', fallbacks: ['xai/grok-4'] },
  expect: 'reply',
  checks: ['fallback-order'],
  async script(page) {
    const chat = page.session();
    for (const text of ['Hello', 'Two', 'Three', 'Four', 'Five']) await chat.say(text);
    await page.idle(10_000);
  },
  regression: [{ check: 'refresh-discipline' }, { check: 'reply-arrives' }],
});
