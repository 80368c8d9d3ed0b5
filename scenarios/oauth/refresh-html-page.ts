import { htmlPage } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A refresh answered by a page in HTML ends in an error that the user sees',
  about: 'A proxy or a bot challenge stands before the OAuth server.',
  setup: { codexToken: 'expired' },
  providers: { auth: [htmlPage(503)] },
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('Are you still there?');
  },
  regression: [{ check: 'reply-arrives' }, { check: 'session-continues' }],
});
