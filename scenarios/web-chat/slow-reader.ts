import { drip, reply } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A page that reads nothing for twenty seconds shows the whole reply when it reads on',
  about:
    'A laptop asleep with the lid open, a tab that the browser froze. What the gateway sends meanwhile piles up; ' +
    'from some amount on it drops events or the connection.',
  providers: { codex: [reply(), drip(500), reply()] },
  expect: 'reply',
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await page.idle(2_000);
    await chat.send('And this one?', { until: 'streaming' });
    await page.stopReading(20_000);
    await page.settled();
    await chat.say('Are you still there?');
  },
});
