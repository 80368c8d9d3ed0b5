import { htmlPage } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A bot challenge in HTML where JSON should be ends in an error that the user sees',
  about: 'What Cloudflare puts before a service when it takes the gateway for a bot.',
  providers: { codex: [htmlPage(403)] },
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('Are you still there?');
  },
  regression: [{ check: 'reply-arrives' }, { check: 'session-continues' }],
});
