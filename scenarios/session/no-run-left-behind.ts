import { defineScenario } from '#harness/scenario.ts';
import { cutAfter } from '#mocks/faults.ts';

export default defineScenario({
  title: 'A conversation whose message ended in an error is no longer shown at work half a minute later',
  about:
    'The page shows a conversation at work for as long as the gateway says that it holds a run of it: a run that is left ' +
    'behind looks stuck, whatever was shown before.',
  providers: { codex: [cutAfter(1)] },
  async script(page) {
    await page.session().say('Hello');
    await page.idle(20_000);
  },
  regression: [{ check: 'no-ghost-run' }],
});
