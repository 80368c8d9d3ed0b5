import { cutAfter } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A reply that the provider cuts every time ends in an error that the user sees',
  about:
    'The thread: `error=terminated` from Codex again and again, and "all sessions get stuck after one message". ' +
    'Node calls a stream that ends before its time `terminated`.',
  providers: { codex: [cutAfter(1)] },
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('Are you still there?');
  },
  regression: [{ check: 'reply-arrives', stage: 'streaming' }],
});
