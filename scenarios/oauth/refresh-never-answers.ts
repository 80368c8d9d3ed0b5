import { silence } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A refresh that is never answered ends in an error that the user sees',
  about: 'The OAuth server takes the request and says nothing.',
  setup: { codexToken: 'expired' },
  providers: { auth: [silence()] },
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
  },
  regression: [{ check: 'reply-arrives' }, { check: 'session-continues' }],
});
