import { silence } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A conversation goes on while the provider never answers the call that was to sum it up',
  about:
    'The gateway sums long conversations up, by itself or by `/compact`, in a call of its own that holds the session. ' +
    'Its own limit for that is 15 minutes (`agents.defaults.compaction.timeoutSeconds`: read in 2026.4.14).',
  providers: { 'codex:compaction': [silence()] },
  // 2026.9.6 gives the call up, and answers the message after 185 s.
  budgets: { turnMs: 300_000 },
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('And again');
    const compaction = chat.command('/compact');
    await page.idle(5_000);
    await chat.say('Are you still there?');
    await compaction;
  },
  regression: [{ check: 'reply-arrives' }, { check: 'session-continues' }],
});
