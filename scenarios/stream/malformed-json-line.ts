import { malformedJson } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'One line in a stream that is no JSON spoils no more than this reply',
  about: 'A proxy that mixes its own words into the stream.',
  providers: { codex: [malformedJson(1)] },
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('Are you still there?');
  },
  regression: [{ check: 'reply-arrives' }, { check: 'session-continues' }],
});
