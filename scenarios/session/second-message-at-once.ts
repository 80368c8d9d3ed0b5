import { defineScenario } from '#harness/scenario.ts';

export default defineScenario({
  title: 'A message sent while the first is being answered is answered too',
  about:
    'A message sent right behind another one is queued; on 2026.4.14 the queue fails with ' +
    '`followup queue drain failed … ReplyRunAlreadyActiveError` and the answer never comes.',
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.send('A first question');
    await chat.send('And a second one at once');
    await page.settled();
  },
  regression: [{ check: 'reply-arrives' }, { check: 'session-continues' }],
});
