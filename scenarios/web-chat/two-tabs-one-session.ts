import { defineScenario } from '#scenario';

export default defineScenario({
  title: 'A reply shows in both of two tabs that have the same conversation open, wherever it was asked for',
  async script(page) {
    const chat = page.session();
    await chat.say('Hello');
    const other = await page.openTab();
    await chat.say('And this one?', { alsoIn: [other] });
    await other.session().say('From the other tab', { alsoIn: [page] });
    await other.close();
    await chat.say('Are you still there?');
  },
});
