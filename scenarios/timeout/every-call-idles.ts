import { silence } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'With fallbacks that are all silent, the message ends in an error within its attempts',
  about: 'Every model of the chain takes the request and never answers.',
  setup: { model: 'xai/grok-4', fallbacks: ['codex/gpt-5.4'], idleTimeoutSeconds: 10 },
  providers: { xai: [silence()], codex: [silence()] },
  async script(page) {
    await page.session().say('Hello');
  },
  // 2026.9.6 asks a silent model six to eight times, with growing gaps.
  budgets: { turnMs: 300_000 },
  regression: [{ check: 'reply-arrives' }, { check: 'session-continues' }, { check: 'bounded-attempts' }],
});
