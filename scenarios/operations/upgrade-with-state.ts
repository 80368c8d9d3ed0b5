import { defineScenario } from '#scenario';

export default defineScenario({
  title:
    'After an upgrade the conversation goes on, and the token that the older version was given is still good',
  about:
    'People upgrade in place: new files, `openclaw doctor`, the same state. What the older version wrote must not be lost, ' +
    'nor an older token come back, which the sign-in service would refuse as used.',
  setup: { upgradeFrom: '2026.4.12', codexToken: 'expired', time: 'clock-jump' },
  expect: 'reply',
  async script(page) {
    const chat = page.session();
    await chat.say('Hello'); // the older version has to refresh its token
    // After the reply 2026.4.12 notes when the profile was used; ended in the middle of that it leaves a lock behind,
    // which the `doctor` of 2026.9.6 respects for ever.
    await page.idle(5_000);
    await page.gateway.upgrade();
    await chat.say('Do you remember me?');
    await page.pass(61);
    await chat.say('Are you still there?'); // now the newer one has to
  },
  regression: [
    { check: 'reply-arrives' },
    { check: 'session-continues' },
    { check: 'refresh-discipline' },
    { check: 'history-is-true' },
    { check: 'tokens-stored' },
  ],
});
