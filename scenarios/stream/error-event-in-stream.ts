import { errorEvent } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'An error event in the middle of a stream ends in an error that the user sees',
  about: 'The service says `error` with status 200 when it breaks down behind its own front.',
  providers: { codex: [errorEvent(1)] },
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('Are you still there?');
  },
  regression: [{ check: 'reply-arrives' }, { check: 'session-continues' }],
});
