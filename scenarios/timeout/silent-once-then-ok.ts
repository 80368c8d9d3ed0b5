import { reply, silence } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A provider that is silent once is asked again, or the user is told; it answers the next message',
  about: 'One lost request is everyday life.',
  setup: { idleTimeoutSeconds: 10 },
  providers: { codex: [silence(), reply()] },
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('Are you still there?', { expect: 'reply' });
  },
  regression: [{ check: 'reply-arrives' }, { check: 'session-continues' }],
});
