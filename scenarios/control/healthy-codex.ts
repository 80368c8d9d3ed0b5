import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'Three messages to a healthy Codex are answered',
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('And again');
    await chat.say('One more');
  },
});
