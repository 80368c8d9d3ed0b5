import { silenceAfterHeaders } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A provider that sends headers and then nothing is given up, and the user is told',
  about: 'Status 200 is there, the body never begins.',
  setup: { idleTimeoutSeconds: 10 },
  providers: { codex: [silenceAfterHeaders()] },
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('Are you still there?');
  },
  regression: [{ check: 'reply-arrives' }, { check: 'session-continues' }],
});
