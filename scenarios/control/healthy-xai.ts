import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'Three messages to a healthy xAI are answered',
  setup: { model: 'xai/grok-4' },
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('And again');
    await chat.say('One more');
  },
});
