import { garbage } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'Bytes that are not HTTP end in an error that the user sees',
  about: 'A broken middlebox answers in place of the provider.',
  providers: { codex: [garbage()] },
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('Are you still there?');
  },
  regression: [{ check: 'reply-arrives' }, { check: 'session-continues' }],
});
