import { duplicatedEvent } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A word that comes twice does not stop the reply from ending',
  about: 'A stream resumed by a proxy repeats an event.',
  providers: { codex: [duplicatedEvent()] },
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('Are you still there?');
  },
  regression: [{ check: 'reply-arrives' }, { check: 'session-continues' }],
});
