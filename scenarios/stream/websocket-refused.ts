import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A WebSocket that is refused is followed by the same request over SSE',
  about: 'Versions that try a WebSocket first fall back to SSE when the upgrade is refused with 426.',
  expect: 'reply',
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('Are you still there?');
  },
});
