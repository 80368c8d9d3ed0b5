import { defineScenario } from '#harness/scenario.ts';
import { reply, status } from '#mocks/faults.ts';

export default defineScenario({
  title: 'Once its cooldown is over, a primary that was down is asked again',
  about:
    'A profile that failed rests for a while; the fallback answers meanwhile. An hour later the longest of the ' +
    'ordinary rests is over.',
  setup: { fallbacks: ['xai/grok-4'], time: 'clock-jump' },
  providers: { codex: [status(429, { detail: 'Rate limit reached. Please try again later.' }), reply()] },
  expect: 'reply',
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('And again');
    await page.pass(61);
    await chat.say('An hour later');
  },
});
