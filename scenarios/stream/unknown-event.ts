import { unknownEvent } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'An event of a type that no client knows is passed over',
  about: 'Services add events; a client must live with those it does not know.',
  providers: { codex: [unknownEvent(1)] },
  expect: 'reply',
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('Are you still there?');
  },
});
