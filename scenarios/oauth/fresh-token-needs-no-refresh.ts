import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A token that is good for an hour is not refreshed',
  about: 'Each refresh uses a token up; one that nobody needs can only do harm.',
  budgets: { refreshes: 0 },
  checks: ['tokens-stored'],
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('And again');
  },
  regression: [{ check: 'refresh-discipline' }],
});
