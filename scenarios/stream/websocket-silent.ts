import { silenceAfter } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A WebSocket that goes silent in the middle of a reply ends in a reply or an error',
  about: 'It stays open and nothing more comes.',
  setup: { codexTransport: 'websocket', idleTimeoutSeconds: 10 },
  providers: { codex: [silenceAfter(1)] },
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('Are you still there?');
  },
  regression: [{ check: 'reply-arrives' }, { check: 'session-continues' }],
});
