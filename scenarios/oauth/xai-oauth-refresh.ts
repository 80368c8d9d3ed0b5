import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'An expired xAI sign-in is refreshed once, and xAI answers',
  about:
    'What the scenario about a dead one rests on: the set-up works, and the gateway refreshes by itself.',
  setup: { model: 'xai/grok-4', xaiToken: 'expired' },
  checks: ['tokens-stored'],
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('And again');
  },
  regression: [{ check: 'refresh-discipline' }, { check: 'reply-arrives' }],
});
