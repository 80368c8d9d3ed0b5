import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'The gateway calls Codex where Codex is, with no route configured',
  about:
    'openclaw/openclaw#66633: after the update from 2026.4.12 to 2026.4.14 every Codex turn met a bot challenge in ' +
    'HTML, because the gateway asked for /backend-api/v1/codex/responses.',
  setup: { stockRoutes: true },
  async script(page) {
    await page.session().say('Hello');
  },
  regression: [{ check: 'reply-arrives', stage: 'reached-provider' }],
});
