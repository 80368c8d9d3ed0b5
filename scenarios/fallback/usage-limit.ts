import { usageLimitReached } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'With the plan’s usage used up, the fallback answers',
  about: 'Codex says 429 `usage_limit_reached` for hours; the message should still be answered.',
  setup: { fallbacks: ['xai/grok-4'] },
  providers: { codex: [usageLimitReached()] },
  expect: 'reply',
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('Are you still there?');
  },
  regression: [{ check: 'reply-arrives' }, { check: 'session-continues' }],
});
