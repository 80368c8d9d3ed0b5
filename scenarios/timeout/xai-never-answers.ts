import { silence } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A message to a provider that never answers ends in an error, and so does the next',
  about: 'The thread: `LLM request timed out.` from xai/grok-4, with no fallback configured.',
  setup: { model: 'xai/grok-4', idleTimeoutSeconds: 10 },
  providers: { xai: [silence()] },
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('Are you still there?');
  },
});
