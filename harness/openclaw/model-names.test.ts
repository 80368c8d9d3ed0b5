import { expect, test } from 'vitest';
import { eraOf } from '#harness/openclaw/eras/eras.ts';
import { parseScenario } from '#harness/scenario/scenario.ts';
import { modelNames, namedFor, renamed } from './model-names.ts';

const { setup } = parseScenario('a/b', {
  title: 'x',
  setup: { fallbacks: ['xai/grok-4'] },
  script: async () => undefined,
});

test('the providers know a model by the name of each version that asks for it', () => {
  const { models, nameOf } = modelNames(setup, [eraOf('2026.2.1'), eraOf('2026.9.6')]);
  expect(models).toMatchObject({ codex: ['gpt-5.2', 'gpt-5.6-terra'], xai: ['grok-4'] });
  expect(['gpt-5.2', 'gpt-5.6-terra', 'grok-4'].map(nameOf)).toEqual(['gpt-5.4', 'gpt-5.4', 'grok-4']);
  expect(modelNames(setup, [eraOf('2026.4.12'), eraOf('2026.4.15')]).models.codex).toEqual(['gpt-5.4']);
});

test('a model is called by the version’s name wherever it stands, as a key too', () => {
  const config = { models: { 'codex/gpt-5.4': { also: ['codex/gpt-5.4', 'codex/', 1, null] } } };
  const named = namedFor(eraOf('2026.4.12'), config);
  expect(named).toEqual({
    models: { 'openai-codex/gpt-5.4': { also: ['openai-codex/gpt-5.4', 'codex/', 1, null] } },
  });
  expect(renamed(named, setup, eraOf('2026.4.12'), eraOf('2026.9.6'))).toEqual({
    models: { 'openai/gpt-5.6-terra': { also: ['openai/gpt-5.6-terra', 'codex/', 1, null] } },
  });
});
