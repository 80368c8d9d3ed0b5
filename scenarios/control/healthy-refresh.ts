import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'An expired Codex token is refreshed once and the message is answered',
  setup: { codexToken: 'expired' },
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('And again');
  },
  regression: [{ check: 'refresh-discipline' }, { check: 'reply-arrives' }],
});
