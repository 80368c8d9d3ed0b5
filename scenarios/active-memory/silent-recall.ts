import { silence } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A recall that never answers delays the reply by no more than its own limit',
  about:
    'The thread: `runId active-memory-…`, `failoverReason timeout`; switching Active Memory off "definitely saved ' +
    'the session".',
  setup: { activeMemory: { timeoutMs: 5_000 } },
  providers: { 'codex:recall': [silence()] },
  expect: 'reply',
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('Are you still there?');
  },
});
