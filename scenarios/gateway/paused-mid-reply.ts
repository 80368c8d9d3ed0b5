import { drip, reply } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A reply goes on after the whole gateway stood still for five seconds, as on a laptop that slept',
  providers: { codex: [reply(), drip(1_000), reply()] },
  expect: 'reply',
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.send('And this one?', { until: 'streaming' });
    await page.idle(2_000);
    await page.gateway.pause();
    await page.idle(5_000);
    await page.gateway.unpause();
    await page.settled();
    await chat.say('Are you still there?');
  },
});
