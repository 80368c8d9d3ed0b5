import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'Four messages sent within a second are all answered',
  about:
    'Who types in short lines sends the next before the last is answered. The gateway queues what comes meanwhile, ' +
    'and may put it together; an answer to the last of them has to cover the others.',
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    const lines = ['One thing', 'and another', 'and a third', 'and that is all'];
    await Promise.all(
      lines.map(async (line, index) => {
        await page.idle(index * 250);
        await chat.send(line);
      }),
    );
    await page.settled();
    await chat.say('Are you still there?');
  },
  regression: [{ check: 'reply-arrives' }, { check: 'session-continues' }],
});
