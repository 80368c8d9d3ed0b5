import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A used refresh token is not posted again by every start of the gateway',
  about:
    'Restarting is what people try first. The refusal is permanent; each start should know it, or ask once.',
  setup: { codexToken: 'spent' },
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await page.gateway.restart();
    await page.idle(5_000);
    await page.gateway.restart();
    await page.idle(5_000);
  },
  regression: [{ check: 'refresh-discipline' }],
});
