import { silence } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title:
    'A fallback taken off the list while a message waits for the first model leaves the message with an end',
  about: 'The thread: the list was edited again and again while sessions hung.',
  setup: { model: 'xai/grok-4', fallbacks: ['codex/gpt-5.4'], idleTimeoutSeconds: 20 },
  providers: { xai: [silence()] },
  expect: 'reply-or-error',
  async script(page) {
    const chat = page.session();
    await chat.send('Hello', { until: 'reached-provider' });
    await page.gateway.editConfig({ agents: { defaults: { model: { fallbacks: [] } } } });
    await page.settled();
    await page.gateway.editConfig({ agents: { defaults: { model: { primary: 'codex/gpt-5.4' } } } });
    await page.idle(2_000);
    await chat.say('Are you still there?');
  },
  regression: [{ check: 'reply-arrives' }, { check: 'session-continues' }],
});
