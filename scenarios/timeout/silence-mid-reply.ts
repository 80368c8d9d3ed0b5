import { silenceAfter } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A provider that stops in the middle of a reply is given up, and the user is told',
  about: 'One word, and then an open connection without a word more.',
  setup: { idleTimeoutSeconds: 10 },
  providers: { codex: [silenceAfter(1)] },
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('Are you still there?');
  },
  regression: [{ check: 'reply-arrives' }, { check: 'session-continues' }],
});
