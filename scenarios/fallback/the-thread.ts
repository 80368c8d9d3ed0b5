import { cutAfter, silence } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'xAI is silent, Codex is cut, a third model is left, and the message ends in a reply or an error',
  about:
    'The thread, log line for log line: requested xai/grok-4, previous attempt `timeout`, candidate ' +
    'openai-codex/gpt-5.3-codex of three, and then `terminated`. (2026.4.15 shows the error and asks no third model.)',
  setup: {
    model: 'xai/grok-4',
    fallbacks: ['codex/gpt-5.3-codex', 'codex/gpt-5.4'],
    idleTimeoutSeconds: 10,
  },
  providers: { xai: [silence()], 'codex/gpt-5.3-codex': [cutAfter(1)] },
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('Are you still there?');
  },
  // 2026.9.6 asks each of the first two models six to eight times, over three minutes, and then the third answers.
  budgets: { turnMs: 300_000 },
  checks: ['fallback-order'],
  regression: [{ check: 'reply-arrives' }, { check: 'session-continues' }],
});
