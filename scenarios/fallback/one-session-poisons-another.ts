import { onMessage, reply, silence } from '#faults';
import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A conversation on a silent provider does not keep another one, on another model, from its answers',
  about: 'The thread: "all sessions get stuck … regardless of model used".',
  setup: {
    fallbacks: ['xai/grok-4'],
    idleTimeoutSeconds: 10,
    // Those that a conversation may choose: 2026.9.6 refuses `/model` for others.
    config: { agents: { defaults: { models: { 'codex/gpt-5.4': {}, 'xai/grok-4': {} } } } },
  },
  // Where a version would not let the second conversation choose, it is answered by Codex all the same.
  providers: { codex: [onMessage('Stuck', silence(), reply())] },
  async script(page) {
    const [one, two] = [page.session('main'), page.session('second')];
    await two.command('/model xai/grok-4');
    await one.send('Stuck?', { until: 'reached-provider' });
    await two.say('Am I served?');
    await two.say('And still?');
    await page.settled();
  },
  regression: [{ check: 'others-unharmed' }, { check: 'reply-arrives' }],
});
