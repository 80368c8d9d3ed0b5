import { responseIncomplete } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A reply that the service calls incomplete is not shown as if it were whole',
  about: '`response.incomplete` after the first word, as with a content filter or too few output tokens.',
  providers: { codex: [responseIncomplete(1)] },
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('Are you still there?');
  },
  regression: [{ check: 'reply-arrives' }, { check: 'session-continues' }],
});
