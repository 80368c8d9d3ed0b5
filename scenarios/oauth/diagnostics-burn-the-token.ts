import { delay } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: '`openclaw models status` and `status`, run beside a message, cost no token',
  about:
    'Maintainers ask for their output. Each is a process of its own that reads the same credentials, and one that ' +
    'refreshes for itself takes the token away from the gateway.',
  setup: { codexToken: 'expired' },
  providers: { auth: [delay(1_000)] },
  expect: 'reply',
  async script(page) {
    const chat = page.session();
    await Promise.all([chat.say('Hello'), page.gateway.cli('models', 'status')]);
    await page.gateway.cli('status');
    await chat.say('Are you still there?');
  },
  regression: [{ check: 'refresh-discipline' }, { check: 'reply-arrives' }],
});
