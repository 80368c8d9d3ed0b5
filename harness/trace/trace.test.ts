import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Page, Script } from '#harness/scenario/script.ts';
import { scriptLines } from './print.ts';
import { rehearse } from './rehearse.ts';
import { played, type TraceLine, watched } from './trace.ts';

/** A page that writes down what is asked of it; `takes` says how long each step takes, in milliseconds. */
function pageOf(said: string[], takes: { [step: string]: number } = {}): Page {
  class Session {
    readonly #name: string;
    constructor(name: string) {
      this.#name = name;
    }
    async say(text: string, options: { alsoIn?: { number: number }[] } = {}) {
      const also = options.alsoIn?.map(({ number }) => ` also in ${number}`).join('') ?? '';
      said.push(`${this.#name}: ${text}${also}`);
      await sleep(takes[text] ?? 0);
      said.push(`${this.#name}: ${text} ended`);
      return { number: said.length };
    }
  }
  const tab = (number: number) => ({ number, session: (name = 'main') => new Session(`${number} ${name}`) });
  const step = (name: string) => async () => void said.push(name);
  return {
    ...tab(1),
    openTab: async () => tab(2),
    idle: async (ms: number) => {
      said.push(`idle ${ms}`);
      await sleep(ms);
    },
    gateway: { kill: step('kill'), restart: step('restart') },
    settled: step('settled'),
  } as unknown as Page;
}

async function traceOf(script: Script, takes?: { [step: string]: number }) {
  const said: string[] = [];
  const moments: TraceLine[] = [];
  await watched(script, moments)(pageOf(said, takes));
  // What ends only now was waited for by nobody.
  await sleep(20);
  const again: string[] = [];
  await played(JSON.parse(JSON.stringify(moments)))(pageOf(again, takes));
  return { said, again, lines: scriptLines(moments, 0).join('\n') };
}

test('steps one after the other are played and printed one after the other', async () => {
  const { said, again, lines } = await traceOf(async (page) => {
    const chat = page.session();
    await chat.say('Hello');
    await page.gateway.kill();
    await page.gateway.restart();
    await chat.say("It's me");
    await page.idle(1);
  });
  expect(again).toEqual(said);
  expect(lines).toBe(`const chat = page.session();
await chat.say('Hello');
await page.gateway.kill();
await page.gateway.restart();
await chat.say("It's me");
await page.idle(1);`);
});

test('steps that run beside each other stay beside each other', async () => {
  const { said, again, lines } = await traceOf(
    async (page) => {
      const [one, two] = [page.session(), page.session('second')];
      await Promise.all([one.say('Hello'), two.say('Hello too')]);
      await Promise.all([one.say('And again'), two.say('Again too')]);
    },
    { Hello: 20, 'And again': 20 },
  );
  expect(again).toEqual(said);
  expect(said.slice(0, 2)).toEqual(['1 main: Hello', '1 second: Hello too']);
  expect(lines).toBe(`const main = page.session();
const second = page.session('second');
await Promise.all([main.say('Hello'), second.say('Hello too')]);
await Promise.all([main.say('And again'), second.say('Again too')]);`);
});

test('a step that runs beside several others is waited for where it ended', async () => {
  const { said, again, lines } = await traceOf(
    async (page) => {
      const open = page.session().say('slow');
      await page.idle(5);
      await page.session('other').say('quick');
      await open;
      await page.settled();
    },
    { slow: 60 },
  );
  expect(again).toEqual(said);
  expect(lines).toBe(`const step = page.session().say('slow');
await page.idle(5);
await page.session('other').say('quick');
await step;
await page.settled();`);
});

test('what a step gives can be worked with, and be handed to another step', async () => {
  const { said, again, lines } = await traceOf(async (page) => {
    const other = await page.openTab();
    await page.session().say('Hello', { alsoIn: [other] });
    await other.session('second').say('From there');
  });
  expect(said).toContain('1 main: Hello also in 2');
  expect(again).toEqual(said);
  expect(lines).toBe(`const tab = await page.openTab();
await page.session().say('Hello', { alsoIn: [tab] });
await tab.session('second').say('From there');`);
});

test('a step that nobody waits for is neither waited for when it is played', async () => {
  const { again, lines } = await traceOf(
    async (page) => {
      void page.session().say('slow');
      await page.idle(1);
    },
    { slow: 10 },
  );
  expect(again).toEqual(['1 main: slow', 'idle 1']);
  expect(lines).toBe(`void page.session().say('slow');
await page.idle(1);`);
});

test('a script can be rehearsed without a gateway', async () => {
  const trace = await rehearse(async (page) => {
    const [one, two] = [page.session(), page.session('second')];
    await Promise.all([one.say('Hello'), two.say('Hello too')]);
    const turn = await one.say('Again');
    if (turn.end) await page.idle(1);
    await page.gateway.cli('models', 'status');
    await (await page.openTab()).reconnect();
  });
  expect(scriptLines(trace, 0).join('\n')).toBe(`const main = page.session();
await Promise.all([main.say('Hello'), page.session('second').say('Hello too')]);
await main.say('Again');
await page.gateway.cli('models', 'status');
const tab = await page.openTab();
await tab.reconnect();`);
});

test('a script that waits for something to happen cannot be rehearsed', async () => {
  const waits: Script = async (page) => {
    for (;;) await page.idle(1);
  };
  await expect(rehearse(waits)).rejects.toThrow('more than 1000 steps');
});
