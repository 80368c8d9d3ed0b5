import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A message sent right behind the reply, or into one, is answered too',
  about:
    'A message sent before the gateway has finished with the last one is queued; on 2026.4.14 the queue may fail ' +
    'with `followup queue drain failed … ReplyRunAlreadyActiveError`, and then the answer never comes.',
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    for (const text of ['Two', 'Three', 'Four', 'Five', 'Six']) await chat.say(text, { atOnce: true });
    await chat.send('Seven');
    await chat.send('And eight, while seven is being answered');
    await page.settled();
  },
  regression: [{ check: 'reply-arrives' }, { check: 'session-continues' }],
});
