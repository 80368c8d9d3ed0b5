import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A dead profile that is still first in the order does not keep the good one from answering',
  about:
    'After a new sign-in under another name `auth-state.json` may still put the old profile first. Its refresh token ' +
    'is used up for good; the good profile stands right behind it.',
  setup: { staleOrder: true },
  expect: 'reply',
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('Again');
    await chat.say('And once more');
  },
  regression: [{ check: 'reply-arrives' }, { check: 'refresh-discipline' }],
});
