import { ifAsked, onMessage, reply, serverError, usageLimitReached } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'Once its rest is over, a primary that was down is asked again',
  about:
    'A profile that failed rests for a while, and the fallback answers meanwhile. An hour later the limit is over, and ' +
    'it is the fallback that is down: who does not ask the primary again has no answer.',
  setup: { fallbacks: ['xai/grok-4'], time: 'clock-jump' },
  providers: {
    codex: [onMessage('(limited)', usageLimitReached(3_600), reply())],
    xai: [ifAsked(onMessage('An hour later', serverError(503), reply()))],
  },
  expect: 'reply',
  async script(page) {
    const chat = page.session();
    await chat.say('Hello (limited)');
    await chat.say('And again (limited)');
    await page.pass(61);
    await chat.say('An hour later');
  },
});
