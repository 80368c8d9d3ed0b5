import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A conversation goes on after ten idle minutes',
  about: 'The page stays open and connected, nobody types, and the laptop has slept. Twice.',
  setup: { time: 'clock-jump' },
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    await page.pass(10);
    await page.idle(5_000);
    await chat.say('Are you still there?');
    await page.pass(10);
    await page.idle(5_000);
    await chat.say('And now?');
  },
});
