import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A message that a page sends again with the same key is answered once',
  about:
    'A page that lost its connection cannot know whether its message arrived. It sends it again, with the key that is ' +
    'there for this: while it is being answered, and after that.',
  budgets: { attempts: 1 },
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await page.idle(2_000);
    await chat.send('And this one?');
    await chat.sendAgain();
    await page.settled();
    await chat.sendAgain();
    await page.idle(10_000);
    await chat.say('Are you still there?');
  },
  regression: [{ check: 'bounded-attempts' }, { check: 'reply-arrives' }],
});
