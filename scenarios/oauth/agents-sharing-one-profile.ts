import { delay } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'Three agents with one and the same expired credential refresh it once and are all answered',
  about:
    'Each agent keeps its own copy of the profile. A refresh token works once: whoever comes second with the copy is ' +
    'told `refresh_token_reused`, unless the agents tell each other.',
  setup: { codexToken: 'expired', agents: ['main', 'second', 'third'] },
  providers: { auth: [delay(1_000)] },
  expect: 'reply',
  async script(page) {
    await Promise.all(['main', 'second', 'third'].map((agent) => page.session('main', agent).say('Hello')));
    await page.session('main', 'second').say('And again');
  },
  regression: [{ check: 'refresh-discipline' }, { check: 'reply-arrives' }],
});
