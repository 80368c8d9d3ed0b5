import { cutAfter, reply } from '#faults';
import { defineScenario } from '#scenario';

const cuts = Array.from({ length: 7 }, () => cutAfter(1));

export default defineScenario({
  title: 'A new conversation works while an old one is stuck, and the old one comes back',
  about:
    'The thread: only a fresh session helped, and not for long. Codex cuts its first seven answers, as many as ' +
    '2026.9.6 tries for one message, and is healthy afterwards.',
  providers: { codex: [...cuts, reply()] },
  async script(page) {
    await page.session().say('Hello');
    await page.session('fresh').say('Hello again, in a new session');
    await page.session('fresh').say('And once more');
    await page.session().say('Are you still there?');
  },
  regression: [{ check: 'reply-arrives' }, { check: 'others-unharmed' }, { check: 'session-continues' }],
});
