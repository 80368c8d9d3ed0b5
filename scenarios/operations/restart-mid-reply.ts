import { drip, reply } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A restart in good order in the middle of a reply leaves no session behind that runs for ever',
  providers: { codex: [reply(), drip(1_000), reply()] },
  expect: 'reply',
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.send('And this one?', { until: 'streaming' });
    await page.idle(2_000);
    await page.gateway.restart();
    await chat.say('Are you still there?');
  },
  regression: [{ check: 'session-continues' }, { check: 'no-ghost-run' }],
});
