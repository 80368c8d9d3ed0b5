import { type ModelProvider, modelProviders } from '#mocks/targets.ts';
import { codex } from './codex.ts';
import type { Provider } from './provider.ts';
import { xai } from './xai.ts';

/** Every provider of models, by the name that scenarios call it by. */
const providerOf: { readonly [name in ModelProvider]: Provider } = { codex, xai };

export const allProviders: readonly Provider[] = modelProviders.map((name) => providerOf[name]);
