import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'Two conversations at once are both answered',
  async script(page) {
    const [one, two] = [page.session('main'), page.session('second')];
    await Promise.all([one.say('Hello'), two.say('Hello too')]);
    await Promise.all([one.say('And again'), two.say('Again too')]);
  },
});
