import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'With a dead xAI sign-in every message goes to the fallback, and the token is left alone',
  about: 'As in the thread, for those who sign in to xAI (`auth.x.ai`) and do not use a key.',
  setup: { model: 'xai/grok-4', xaiToken: 'spent', fallbacks: ['codex/gpt-5.4'] },
  expect: 'reply',
  checks: ['fallback-order'],
  async script(page) {
    const chat = page.session();
    for (const text of ['Hello', 'Two', 'Three', 'Four', 'Five']) await chat.say(text);
    await page.idle(10_000);
  },
  regression: [{ check: 'refresh-discipline' }, { check: 'reply-arrives' }],
});
