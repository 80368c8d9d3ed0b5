import { expect, test } from 'vitest';
import { loadLibrary } from '#harness/scenario/library.ts';
import { parseScenario } from '#harness/scenario/scenario.ts';
import type { Script } from '#harness/scenario/script.ts';
import { cutAfter, reply, silence } from '#mocks/faults.ts';
import { explain } from './explain.ts';
import { scriptInWords } from './script-in-words.ts';

const part = async (title: string, scenario: object): Promise<string[]> => {
  const parts = await explain(
    parseScenario('stream/x', { title: 'x', script: async () => undefined, ...scenario }),
  );
  return parts.find((one) => one.title === title)?.lines ?? [];
};

test('says what each provider does, request by request', async () => {
  const providers = {
    codex: [cutAfter(1), cutAfter(2, 'reset'), reply()],
    'xai/grok-4': [silence()],
    'codex:recall': [silence()],
  };
  expect(await part('The providers', { providers })).toEqual([
    'Codex first cuts the stream after 1 word (fin), then cuts the stream after 2 words (reset), and from then on answers.',
    'xAI as grok-4 takes the request and never answers, every time.',
    'Codex, asked for a recall, takes the request and never answers, every time.',
    'All other providers answer normally.',
  ]);
  expect(await part('The providers', {})).toEqual(['All providers answer normally.']);
});

test('says of the set-up what is not as usual', async () => {
  const setup = { fallbacks: ['xai/grok-4', 'codex/gpt-5.3-codex'], codexToken: 'spent', heartbeat: '1m' };
  expect(await part('The set-up', { setup })).toEqual([
    'The model is codex/gpt-5.4; where it fails, xai/grok-4, then codex/gpt-5.3-codex.',
    'The Codex access token has expired, and its refresh token is already used.',
    'An agent wakes by itself every 1m.',
  ]);
  expect(await part('The set-up', {})).toEqual(['The model is codex/gpt-5.4, without a fallback.']);
  expect(await part('The set-up', { setup: { upgradeFrom: '2026.4.12' } })).toContain(
    'The gateway is openclaw 2026.4.12 until it is upgraded.',
  );
  const dead = { agents: ['main', 'two'], staleOrder: true, onTokenReuse: 'revoke-family', config: { a: 1 } };
  expect(await part('The set-up', { setup: dead })).toEqual([
    'The model is codex/gpt-5.4, without a fallback.',
    'The agents are main, two; each holds the same credentials.',
    'Whoever presents a used refresh token loses the whole sign-in that it comes from.',
    'A second Codex profile, whose refresh token is already used, stands before the good one.',
    `In openclaw.json, where models have the version's own names: {"a":1}`,
  ]);
  expect(await part('The set-up', { setup: { model: 'xai/grok-4', xaiToken: 'expired' } })).toEqual([
    'The model is xai/grok-4, without a fallback.',
    'xAI is signed in to, not used with a key.',
    'The xAI access token has expired; its refresh token is good.',
  ]);
});

test('says what is due, who judges it, and what counts', async () => {
  const scenario = {
    checks: ['first-word-in-time'],
    regression: [{ check: 'reply-arrives', stage: 'streaming' }, { check: 'fallback-order' }],
    budgets: { turnMs: 90_000, attempts: 4, firstWordMs: 1_500 },
  };
  expect(await part('What must come of it', scenario)).toEqual([
    'Every message ends in a reply, within 90 s and 4 provider requests.',
    'Its first word comes within 1.5 s.',
  ]);
  expect((await part('Judged by', scenario)).map((line) => line.split(':')[0])).toEqual([
    'first-word-in-time',
    'reply-arrives',
    'fallback-order',
    'As every run',
  ]);
  expect(await part('The regression', scenario)).toEqual([
    'Only this counts: reply-arrives, stopped at "streaming"; or fallback-order. Any other finding leaves the run inconclusive.',
  ]);
  expect(await part('The regression', {})).toEqual(['Any finding counts.']);
});

test('tells a script step by step, also what happens at the same time', async () => {
  const script: Script = async (page) => {
    const chat = page.session();
    const tab = await page.openTab();
    const turn = await chat.say('Hello', { atOnce: true });
    if (turn.end?.ending !== 'answered') return;
    const other = tab.session('second', 'helper').say('Hello too', { expect: 'reply' });
    await chat.send('And you?', { until: 'streaming' });
    await page.idle(250);
    await chat.abort();
    await other;
    await page.gateway.kill();
    await page.idle(1_500);
  };
  expect(await scriptInWords(script)).toEqual([
    'opens one more tab',
    'says "Hello" in main, at once, and waits for the end',
    'says "Hello too" in second of the agent helper in the new tab and waits for the reply',
    'meanwhile sends "And you?" in main and goes on while the reply is streaming',
    'meanwhile does nothing for 250 ms',
    'meanwhile presses "stop" in main',
    'kills the gateway',
    'does nothing for 1.5 s',
  ]);
});

test('tells what is done beside the gateway', async () => {
  const script: Script = async ({ gateway }) => {
    await gateway.editConfig({ tools: null });
    const { code } = await gateway.cli('models', 'status');
    if (code === 0) await gateway.signIn();
  };
  expect(await scriptInWords(script)).toEqual([
    'changes the configuration to {"tools":null}',
    'runs `openclaw models status`',
    'signs in to Codex anew',
  ]);
});

test('a step that it has no words for is told by its name', async () => {
  const script = async (page: unknown) =>
    await (page as { gateway: { fillTheDisk(options: object): Promise<void> } }).gateway.fillTheDisk({
      mb: 1,
    });
  expect(await scriptInWords(script)).toEqual(['fill the disk {"mb":1}']);
});

test('a script that never ends, or throws, is told as far as it goes', async () => {
  const endless = await scriptInWords(async (page) => {
    for (;;) await page.session().say('Hello');
  });
  expect(endless.at(-1)).toBe('…');
  const idle = await scriptInWords(async (page) => {
    for (;;) await page.idle(1);
  });
  expect(idle).toEqual(['…']);
  expect(
    await scriptInWords(async (page) => {
      await page.settled();
      throw new Error('not \u001b[31mtoday');
    }),
  ).toEqual(['waits until every message has ended', 'breaks off: not today']);
});

test('every scenario of the library is told to its end', async () => {
  const { scenarios } = await loadLibrary();
  for (const scenario of scenarios) {
    const told = (await explain(scenario)).find(({ title }) => title === 'The script')?.lines ?? [];
    expect(told, scenario.name).not.toEqual([]);
    expect(told.join('\n'), scenario.name).not.toMatch(/breaks off|…/);
  }
});
