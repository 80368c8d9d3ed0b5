import type { Behaviour } from './behaviour.ts';
import { type HostFault, isHostFault } from './faults/host.ts';
import { hostsOf, providerOf } from './providers/index.ts';
import { type ProviderName, providers } from './targets.ts';

export interface TroubledHost {
  provider: ProviderName;
  fault: HostFault;
}

/** The hosts that cannot be reached as they should, by name. */
export function troubledHosts(behaviour: Behaviour): Map<string, TroubledHost> {
  return new Map(
    providers.flatMap((provider) => {
      const fault = behaviour[provider]?.find(isHostFault);
      if (!fault) return [];
      return hostsOf(providerOf[provider]).map((host) => [host, { provider, fault }] as const);
    }),
  );
}
