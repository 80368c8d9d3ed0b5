import { drip } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A reply whose words come just inside the idle limit is not given up',
  about: 'Slow is not silent: a word every four seconds with a limit of ten.',
  setup: { idleTimeoutSeconds: 10 },
  providers: { codex: [drip(4_000)] },
  expect: 'reply',
  async script(page) {
    await page.session().say('Hello');
  },
  regression: [{ check: 'reply-arrives' }, { check: 'session-continues' }],
});
