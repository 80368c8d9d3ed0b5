import { connectionBlackHole } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A message to a provider whose packets are swallowed ends in an error, and so does the next',
  about: 'No refusal and no reset: a firewall that drops, a route that is gone.',
  setup: { model: 'xai/grok-4', idleTimeoutSeconds: 20 },
  providers: { xai: [connectionBlackHole()] },
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('Are you still there?');
  },
});
