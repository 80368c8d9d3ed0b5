import { delay } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'Two conversations that need a new token at once share one refresh',
  about:
    'Refresh tokens work once: who posts the same one a moment later is refused (`refresh_token_reused`).',
  setup: { codexToken: 'expired' },
  // Long enough that the other session asks meanwhile; after 1 s 2026.4.14 sometimes has the new token in time.
  providers: { auth: [delay(5_000)] },
  expect: 'reply',
  checks: ['tokens-stored'],
  async script(page) {
    const [one, two] = [page.session('main'), page.session('second')];
    const first = one.say('Hello');
    await page.idle(300);
    await Promise.all([first, two.say('Hello too')]);
    await Promise.all([one.say('And again'), two.say('Again too')]);
  },
  regression: [{ check: 'refresh-discipline' }, { check: 'reply-arrives' }, { check: 'tokens-stored' }],
});
