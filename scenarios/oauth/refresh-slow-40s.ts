import { delay, reply } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A refresh that takes 40 s is waited for, and does not cost the sign-in',
  about:
    'Slow, but right: who gives up too early has used the token up and knows no new one, and is told ' +
    '`refresh_token_reused` from then on.',
  setup: { codexToken: 'expired' },
  providers: { auth: [delay(40_000), reply()] },
  expect: 'reply',
  checks: ['tokens-stored'],
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('Are you still there?');
  },
  regression: [{ check: 'reply-arrives' }, { check: 'session-continues' }, { check: 'refresh-discipline' }],
});
