import { drip, reply } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'After the gateway was killed in the middle of a reply, the same session goes on',
  about: 'A host without memory, a deploy, a crash: the gateway comes back with the state that it left.',
  providers: { codex: [reply(), drip(1_000), reply()] },
  expect: 'reply',
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.send('And this one?', { until: 'streaming' });
    await page.idle(2_000);
    await page.gateway.kill();
    await page.gateway.restart();
    await chat.say('Are you still there?');
  },
  regression: [{ check: 'session-continues' }, { check: 'no-ghost-run' }],
});
