import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A token that expires again and again is refreshed once each time, with the token that came last',
  about:
    'Refresh tokens rotate: whoever keeps an old one, or writes an old one back, meets `refresh_token_reused` at the ' +
    'next expiry. Each access token lives for an hour; the clock is put forward past its end, twice.',
  setup: { codexToken: 'expired', time: 'clock-jump' },
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await page.pass(61);
    await chat.say('An hour later');
    await chat.say('And again at once');
    await page.pass(61);
    await chat.say('And one more hour later');
  },
  regression: [{ check: 'refresh-discipline' }, { check: 'reply-arrives' }],
});
