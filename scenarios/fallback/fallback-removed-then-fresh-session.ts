import { defineScenario } from '#scenario';

export default defineScenario({
  title:
    'After the fallback was taken off the list a new conversation is told of the dead token, posted only once',
  about:
    'The thread: with a dead Codex token the fallback answered; then it was removed, and a fresh session got no ' +
    'answer at all. It must be told of the dead token.',
  setup: { codexToken: 'spent', fallbacks: ['xai/grok-4'] },
  expect: 'reply-or-error',
  async script(page) {
    await page.session().say('Hello');
    await page.gateway.editConfig({ agents: { defaults: { model: { fallbacks: [] } } } });
    await page.idle(3_000);
    const fresh = page.session('fresh');
    await fresh.say('Hello?');
    await fresh.say('Are you there?');
  },
  // On 2026.4.14 the user is told each time, and each time the token is posted again.
  regression: [{ check: 'reply-arrives' }, { check: 'session-continues' }, { check: 'refresh-discipline' }],
});
