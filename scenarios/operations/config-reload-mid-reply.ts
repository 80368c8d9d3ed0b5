import { drip, reply } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A key entered into the configuration in the middle of a reply does not cost the reply',
  about:
    'The thread: `config change detected; evaluating reload (tools.web.search.apiKey)` while a message ran.',
  providers: { codex: [reply(), drip(1_000), reply()] },
  expect: 'reply',
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await chat.send('And this one?', { until: 'streaming' });
    await page.gateway.editConfig({ tools: { web: { search: { apiKey: 'synthetic-search-key' } } } });
    await page.settled();
    await chat.say('Are you still there?');
  },
});
