import { drip, reply } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A page that loses its connection in the middle of a reply shows the reply when it is back',
  about:
    'A closed lid, a tunnel, Wi-Fi that drops: live, or in the history that the page reads when it opens.',
  providers: { codex: [reply(), drip(1_000), reply()] },
  expect: 'reply',
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await page.idle(2_000);
    await chat.send('And this one?', { until: 'streaming' });
    await page.idle(2_000);
    await page.reconnect(3_000);
    await page.settled();
    await chat.say('Are you still there?');
  },
});
