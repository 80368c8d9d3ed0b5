import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'When the Codex CLI has used the refresh token up, the gateway posts it once and no more',
  about:
    'Codex CLI and gateway are signed in with the same account and hold the same refresh token; whoever refreshes ' +
    'first leaves the other with a dead one. The new tokens lie in `~/.codex/auth.json`; 2026.4.14 takes them from there.',
  setup: { codexToken: 'expired', codexCli: true },
  expect: 'reply-or-error',
  async script(page) {
    await page.gateway.rotateBehindItsBack();
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('Again');
    await chat.say('And once more');
  },
  regression: [{ check: 'refresh-discipline' }, { check: 'reply-arrives' }],
});
