import type { Behaviour } from './behaviour.ts';
import { CODEX_HOST } from './codex.ts';
import { type HostFault, isHostFault } from './faults/host.ts';
import { AUTH_HOST } from './openai-auth.ts';
import { type ProviderName, providers } from './targets.ts';
import { XAI_HOST } from './xai.ts';
import { XAI_AUTH_HOST } from './xai-auth.ts';

/** Where each service is on the network. */
export const hostOf: { readonly [provider in ProviderName]: string } = {
  auth: AUTH_HOST,
  codex: CODEX_HOST,
  xai: XAI_HOST,
  'xai-auth': XAI_AUTH_HOST,
};

export interface TroubledHost {
  provider: ProviderName;
  fault: HostFault;
}

/** The hosts that cannot be reached as they should, by name. */
export function troubledHosts(behaviour: Behaviour): Map<string, TroubledHost> {
  return new Map(
    providers.flatMap((provider) => {
      const fault = behaviour[provider]?.find(isHostFault);
      return fault ? [[hostOf[provider], { provider, fault }] as const] : [];
    }),
  );
}
