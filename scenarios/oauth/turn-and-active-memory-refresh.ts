import { delay } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A message and the recall before it share one refresh',
  about:
    'Active Memory asks the model in a run of its own, right before the reply, with the same expired token.',
  setup: { codexToken: 'expired', activeMemory: { timeoutMs: 15_000 } },
  providers: { auth: [delay(1_000)] },
  expect: 'reply',
  checks: ['tokens-stored'],
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('Are you still there?');
  },
  regression: [{ check: 'refresh-discipline' }, { check: 'reply-arrives' }],
});
