import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A restart in good order keeps the session: the next message is answered',
  expect: 'reply',
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await page.gateway.restart();
    await chat.say('Do you remember me?');
  },
});
