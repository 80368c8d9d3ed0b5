import { reply, status } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'After a message that ended in an error, the next ones in the same session are taken up again',
  about: 'The thread: "all sessions get stuck after one message". Here only the first request fails.',
  providers: {
    codex: [status(400, { detail: 'The request could not be processed. Please try again.' }), reply()],
  },
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('Are you still there?');
    await chat.say('And now?');
  },
  regression: [{ check: 'reply-arrives' }, { check: 'session-continues' }],
});
