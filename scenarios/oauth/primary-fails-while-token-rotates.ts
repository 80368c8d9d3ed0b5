import { defineScenario } from '#harness/scenario.ts';
import { delay, serverError } from '#mocks/faults.ts';

export default defineScenario({
  title: 'A failing fallback does not undo the new token of another conversation',
  about:
    'Bookkeeping about a failure writes the whole credential file; an older copy of it must not bring the old token back.',
  setup: { codexToken: 'expired', fallbacks: ['xai/grok-4'] },
  providers: { auth: [delay(1_000)], xai: [serverError(500)] },
  checks: ['tokens-stored'],
  async script(page) {
    const [one, two] = [page.session('main'), page.session('second')];
    await Promise.all([one.say('Hello'), two.say('Hello too')]);
    await one.say('And again');
  },
  regression: [{ check: 'tokens-stored' }, { check: 'refresh-discipline' }],
});
