import { reply, silence } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'Stop ends a message that was sent right behind the last reply and that the provider never answers',
  about:
    'The gateway queues such a message and answers it in a run of its own. On 2026.4.14 "stop" does not know of that ' +
    'run: it answers that it has stopped nothing, and the chat hangs on until the 120 s of the idle limit are over.',
  providers: { codex: [reply(), silence(), reply()] },
  budgets: { turnMs: 90_000 },
  expect: 'reply',
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.send('And this one, at once', { until: 'reached-provider' });
    await page.idle(2_000);
    await chat.abort();
    await page.settled();
    await chat.say('Are you still there?');
  },
  regression: [{ check: 'reply-arrives' }],
});
