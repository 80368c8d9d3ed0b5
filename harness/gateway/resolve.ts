import { HarnessError } from '#harness/error.ts';
import type { Progress, VersionStore } from '#harness/store/version-store.ts';
import type { Gateway } from './gateway.ts';
import { ProcessGateway } from './process-gateway.ts';

/**
 * Makes the gateway that a name means ready to start.
 * @param name `2026.4.14`, or a dist-tag: `latest`, `beta`
 */
export async function resolveGateway(
  name: string,
  store: VersionStore,
  progress: Progress,
  signal: AbortSignal,
): Promise<Gateway> {
  if (!/^[\w.-]{1,64}$/.test(name)) {
    throw new HarnessError(
      'UNKNOWN_GATEWAY',
      'call',
      `Expected --gateway to be a version or a tag, got "${name.slice(0, 80)}".`,
      'For example: --gateway 2026.4.14, or --gateway latest.',
    );
  }
  progress(`looking for openclaw@${name}`);
  return new ProcessGateway(await store.prepare(name, progress, signal));
}
