import { sliced } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A stream in slices of seven bytes is put together again',
  about: 'Packets end anywhere, also within a letter or an event; nothing is wrong with the reply.',
  providers: { codex: [sliced(7)] },
  expect: 'reply',
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('Are you still there?');
  },
});
