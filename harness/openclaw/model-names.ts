import { isFields } from '#harness/base/json-text.ts';
import type { Era } from '#harness/openclaw/eras/eras.ts';
import { eachProvider, type ModelProvider } from '#mocks/targets.ts';
import { allProviders } from './providers/index.ts';
import type { Setup } from './setup.ts';

/** The model a gateway knows under the name that a scenario uses (`codex/gpt-5.4`). */
export function modelId(era: Era, model: string): string {
  const [prefix = '', name = ''] = model.split('/');
  const provider = allProviders.find((one) => one.name === prefix);
  return `${provider?.idIn(era) ?? prefix}/${era.models[name] ?? name}`;
}

/** All models of a setup, primary first. */
export const modelsOf = (setup: Setup): string[] => [setup.model, ...setup.fallbacks];

/** The model names of one provider as the version knows them, without its prefix. */
export const namesFor = (setup: Setup, provider: ModelProvider, era: Era): string[] =>
  modelsOf(setup)
    .filter((model) => model.startsWith(`${provider}/`))
    .map((model) => modelId(era, model).split('/').slice(1).join('/'));

/** What the providers offer and how it is called by scenarios, for gateways of all these eras. */
export function modelNames(setup: Setup, eras: readonly Era[]) {
  const offered = (provider: ModelProvider) => [
    ...new Set(eras.flatMap((era) => namesFor(setup, provider, era))),
  ];
  const names = new Map(
    eras.flatMap(({ models }) => Object.entries(models).map(([name, model]) => [model, name])),
  );
  return {
    models: eachProvider(offered),
    nameOf: (model: string) => names.get(model) ?? model,
  };
}

/** The scenario's model names (`codex/gpt-5.4`), wherever they stand in a configuration, as the version calls them. */
export const namedFor = (era: Era, config: Setup['config']): Setup['config'] =>
  eachText(config, (text) => (/^codex\/[\w.-]+$/.test(text) ? modelId(era, text) : text));

/** The set-up's models, wherever they stand in the configuration of an older version, as a newer one calls them. */
export function renamed(config: Setup['config'], setup: Setup, from: Era, to: Era): Setup['config'] {
  const names = new Map(modelsOf(setup).map((model) => [modelId(from, model), modelId(to, model)]));
  return eachText(config, (text) => names.get(text) ?? text);
}

type Json = Setup['config'][string];

/** Keys and values alike. */
function eachText(config: Setup['config'], change: (text: string) => string): Setup['config'] {
  const changed = (value: Json): Json => {
    if (typeof value === 'string') return change(value);
    if (Array.isArray(value)) return value.map(changed);
    return isFields(value) ? eachText(value as Setup['config'], change) : value;
  };
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [change(key), changed(value)]));
}
