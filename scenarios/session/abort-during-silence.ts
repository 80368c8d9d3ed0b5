import { reply, silence } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'Stop ends a message that the provider never answers, and the next one is answered',
  about: 'The one thing that a user can do about a chat that hangs: press "stop" and ask again.',
  providers: { codex: [reply(), silence(), reply()] },
  // Below the 120 s after which the gateway itself gives up on a silent provider.
  budgets: { turnMs: 90_000 },
  expect: 'reply',
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    // Up to 5 s after a reply 2026.4.14 queues a message, of which "stop" does not know: see abort-a-queued-message.
    await page.idle(10_000);
    await chat.send('And this one?', { until: 'reached-provider' });
    await page.idle(2_000);
    await chat.abort();
    await page.settled();
    await chat.say('Are you still there?');
  },
});
