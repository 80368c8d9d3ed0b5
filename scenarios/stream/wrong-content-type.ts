import { wrongContentType } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A stream under a wrong content type is answered or ends in an error',
  about: 'A gateway in front calls the stream `text/plain`; what it holds is right.',
  providers: { codex: [wrongContentType()] },
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('Are you still there?');
  },
  regression: [{ check: 'reply-arrives' }, { check: 'session-continues' }],
});
