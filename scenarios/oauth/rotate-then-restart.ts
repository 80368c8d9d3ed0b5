import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A token that was rotated is still good after a restart',
  about: 'The new refresh token must be stored before anybody relies on it: the old one is used up.',
  setup: { codexToken: 'expired' },
  expect: 'reply',
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await page.gateway.restart();
    await chat.say('Do you remember me?');
  },
  regression: [{ check: 'refresh-discipline' }, { check: 'reply-arrives' }],
});
