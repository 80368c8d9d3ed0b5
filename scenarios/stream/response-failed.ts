import { responseFailed } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A reply that the service itself calls failed ends in an error that the user sees',
  about: '`response.failed` after the first word.',
  providers: { codex: [responseFailed(1)] },
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('Are you still there?');
  },
  regression: [{ check: 'reply-arrives' }, { check: 'session-continues' }],
});
