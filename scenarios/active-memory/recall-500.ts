import { serverError } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A recall that fails does not fail the message',
  about: 'The recall’s model call answers 500; the reply needs no recall.',
  setup: { activeMemory: { timeoutMs: 5_000 } },
  providers: { 'codex:recall': [serverError(500)] },
  expect: 'reply',
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('Are you still there?');
  },
  regression: [{ check: 'reply-arrives' }, { check: 'session-continues' }],
});
