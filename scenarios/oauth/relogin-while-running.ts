import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'After a new sign-in the next message is answered, without a restart',
  about:
    'The refusal of a used refresh token says "Please try signing in again". Whoever does so must not have to find ' +
    'out that the gateway still holds the old tokens.',
  setup: { codexToken: 'spent' },
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await page.gateway.signIn();
    await page.idle(2_000);
    await chat.say('I have signed in again', { expect: 'reply' });
    await page.session('new').say('And in a new conversation?', { expect: 'reply' });
  },
  regression: [{ check: 'reply-arrives' }, { check: 'session-continues' }, { check: 'refresh-discipline' }],
});
