import { closeWebSocket } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A WebSocket that dies without a close frame ends in a reply or an error',
  about: 'The connection is gone in the middle of a reply (close code 1006).',
  setup: { codexTransport: 'websocket' },
  providers: { codex: [closeWebSocket(1006, 1)] },
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('Are you still there?');
  },
  regression: [{ check: 'reply-arrives' }, { check: 'session-continues' }],
});
