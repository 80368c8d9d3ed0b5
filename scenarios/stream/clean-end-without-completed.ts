import { endWithoutCompleted } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A stream that ends in order, but never says that the reply is complete, is not taken for silence',
  about: 'Every word comes, `response.completed` does not, and HTTP ends as it should.',
  providers: { codex: [endWithoutCompleted()] },
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('Are you still there?');
  },
  regression: [{ check: 'reply-arrives' }, { check: 'session-continues' }],
});
