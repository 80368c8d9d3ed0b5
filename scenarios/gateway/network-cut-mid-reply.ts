import { drip, reply } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A reply goes on, or ends in an error, after the way to the providers was cut for ten seconds',
  about:
    'No end and no reset comes, only silence: Wi-Fi that drops, a VPN that reconnects. Needs a container.',
  providers: { codex: [reply(), drip(1_000), reply()] },
  expect: 'reply-or-error',
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.send('And this one?', { until: 'streaming' });
    await page.idle(2_000);
    await page.gateway.cutNetwork();
    await page.idle(10_000);
    await page.gateway.restoreNetwork();
    await page.settled();
    await chat.say('Are you still there?');
  },
});
