import { cutAfter } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A reply from xAI that is cut every time ends in an error that the user sees',
  about: 'The same as `stream/terminated-mid-reply`, on the other provider.',
  setup: { model: 'xai/grok-4' },
  providers: { xai: [cutAfter(1)] },
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('Are you still there?');
  },
  regression: [{ check: 'reply-arrives' }, { check: 'session-continues' }],
});
