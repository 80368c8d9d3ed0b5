import { truncatedChunk } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A reply that breaks off in the middle of a chunk ends in an error that the user sees',
  about: 'The chunk announces more bytes than come, as when a proxy dies in the middle of a write.',
  providers: { codex: [truncatedChunk(1)] },
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.say('Are you still there?');
  },
  regression: [{ check: 'reply-arrives' }, { check: 'session-continues' }],
});
