import { expect, test } from 'vitest';
import { loadLibrary, select } from '#harness/scenario/library.ts';
import { parseScenario, type Scenario } from '#harness/scenario/scenario.ts';
import { rehearse } from '#harness/trace/rehearse.ts';
import { isBegin } from '#harness/trace/trace.ts';
import { cutAfter, drip, reply, silence } from '#mocks/faults.ts';
import { cutsOf } from './cuts.ts';
import { type Draft, draftOf } from './draft.ts';
import { printScenario } from './print.ts';
import { shrink } from './search.ts';

const draft = async (scenario: Scenario) => draftOf(scenario, await rehearse(scenario.script));

async function theThread(): Promise<Draft> {
  const [scenario] = select(await loadLibrary(), ['fallback/the-thread']);
  if (!scenario) throw new Error('the thread is gone');
  return draft(scenario);
}

const least = async (start: Draft, needs: (candidate: Draft) => boolean) =>
  (
    await shrink(start, {
      cuts: (candidate) => [...cutsOf(candidate)].map((cut) => cut.draft),
      keyOf: printScenario,
      reproduces: async (candidate) => needs(candidate),
    })
  ).least;

const messages = ({ trace }: Draft) => trace.filter(isBegin).map(({ args: [text] }) => text);

test('each thing that can go goes once: the second message, a fallback, the primary with its faults, a setting', async () => {
  const labels = [...cutsOf(await theThread())].map(({ label }) => label);
  expect(labels).toContain('without say("Are you still there?")');
  expect(labels).toContain('without the fallback codex/gpt-5.4');
  expect(labels).toContain('without the model xai/grok-4');
  expect(labels).toContain('without the faults of xai');
  expect(labels).toContain('without idleTimeoutSeconds');
});

test('faults of a model that is no longer asked go with it', async () => {
  const cut = [...cutsOf(await theThread())].find(({ label }) => label === 'without the model xai/grok-4');
  expect(cut?.draft.setup).toMatchObject({ model: 'codex/gpt-5.3-codex', fallbacks: ['codex/gpt-5.4'] });
  expect(Object.keys(cut?.draft.providers ?? {})).toEqual(['codex/gpt-5.3-codex']);
});

test('faults of one model go with it, also where another of the same provider is left', async () => {
  const cut = [...cutsOf(await theThread())].find(
    ({ label }) => label === 'without the fallback codex/gpt-5.3-codex',
  );
  expect(cut?.draft.setup.fallbacks).toEqual(['codex/gpt-5.4']);
  expect(Object.keys(cut?.draft.providers ?? {})).toEqual(['xai']);
});

test('what reproduces with one cut model alone ends in one message, one model and one fault', async () => {
  const found = await least(
    await theThread(),
    ({ providers, setup }) =>
      [setup.model, ...setup.fallbacks].includes('codex/gpt-5.3-codex') &&
      providers['codex/gpt-5.3-codex'] !== undefined,
  );
  expect(messages(found)).toEqual(['Hello']);
  expect(found.setup).toMatchObject({ model: 'codex/gpt-5.3-codex', fallbacks: [] });
  expect(found.setup.idleTimeoutSeconds).toBeUndefined();
  expect(found.providers).toMatchObject({ 'codex/gpt-5.3-codex': [{ name: 'cut-after-1-fin' }] });
});

test('a session, waits, settings and the faults around a fault are left out; a message always stays', async () => {
  const scenario = parseScenario('a/b', {
    title: 'x',
    setup: {
      codexToken: 'expired',
      codexCli: true,
      agents: ['main', 'other', 'third'],
      config: { a: 1, b: 2 },
    },
    providers: { codex: [reply(), drip(1_000, cutAfter(1)), silence()] },
    async script(page: Parameters<Scenario['script']>[0]) {
      const [one, two] = [page.session(), page.session('two')];
      await one.say('One');
      await Promise.all([one.say('Two'), two.say('A rather long message that need not be as long as this')]);
      await page.idle(60_000);
      const tab = await page.openTab();
      await tab.session('two').say('Three');
      await page.idle(60_000);
    },
  });
  const start = await draft(scenario);
  const nothing = await least(start, () => true);
  expect(messages(nothing)).toHaveLength(1);
  expect(nothing.setup).toMatchObject({ codexToken: 'fresh', codexCli: false, agents: ['main'], config: {} });
  expect(nothing.providers).toEqual({});
  const cut = await least(start, ({ providers }) => JSON.stringify(providers).includes('cutAfter'));
  expect(cut.providers).toMatchObject({ codex: [{ name: 'cut-after-1-fin' }] });
  const inTab = await least(start, ({ trace }) => JSON.stringify(trace).includes('gaveBy'));
  expect(inTab.trace.filter(isBegin).map(({ method }) => method)).toEqual(['openTab', 'say']);
});
