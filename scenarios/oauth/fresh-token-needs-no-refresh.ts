import { defineScenario } from '#harness/scenario.ts';

export default defineScenario({
  title: 'A token that is good for an hour is not refreshed',
  about: 'Each refresh uses a token up; one that nobody needs can only do harm.',
  checks: ['tokens-stored'],
  async script(page) {
    await page.session().say('Hello');
  },
  regression: [{ check: 'refresh-discipline' }],
});
