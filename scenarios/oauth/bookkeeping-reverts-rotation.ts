import { delay, serverError } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A failing primary does not undo the new token that the fallback has just got',
  about:
    'Bookkeeping about a failure writes the whole credential file; an older copy of it must not bring the used token back.',
  setup: { model: 'xai/grok-4', fallbacks: ['codex/gpt-5.4'], codexToken: 'expired' },
  providers: { xai: [serverError(500)], auth: [delay(1_000)] },
  expect: 'reply',
  checks: ['tokens-stored'],
  async script(page) {
    const [one, two] = [page.session('main'), page.session('second')];
    const first = one.say('Hello');
    await page.idle(300);
    await Promise.all([first, two.say('Hello too')]);
    await one.say('And again');
  },
  regression: [{ check: 'tokens-stored' }, { check: 'refresh-discipline' }, { check: 'reply-arrives' }],
});
