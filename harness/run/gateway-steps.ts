import type { Disturbances, Network, RunningGateway } from '#harness/gateway/gateway.ts';
import type { WebChat } from '#harness/page/web-chat.ts';
import type { Operations, Upgrade } from '#harness/scenario/operations.ts';
import type { Page } from '#harness/scenario/script.ts';
import type { EventOf } from '#harness/timeline/events.ts';
import type { Timeline } from '#harness/timeline/timeline.ts';
import { needsContainer } from './needs-container.ts';

type GatewayStep = EventOf<'gateway.step'>['step'];

export interface GatewayStepsOptions {
  gateway: Disturbances & Pick<RunningGateway, 'network'>;
  operator: Operations;
  /** The versions before and after, and how the one gives way to the other; without it the set-up names none. */
  upgrade?: (Upgrade & { from: string; to: string }) | undefined;
  timeline: Timeline;
  /** The tabs that are open. */
  tabs: () => Iterable<WebChat>;
  /** Waits until the gateway answers the first tab, after a restart as at first. */
  ready: () => Promise<void>;
  /** Opens the other tabs again, and the page anew. */
  comeBack: () => Promise<void>;
  progress: (text: string) => void;
}

/** Each step stands in the timeline before it is taken: what follows from it comes after it. */
export function gatewaySteps(options: GatewayStepsOptions): Page['gateway'] {
  const { gateway, operator, timeline, tabs, ready, comeBack, progress } = options;
  const take = async (step: GatewayStep, act: () => Promise<void>, detail?: string) => {
    timeline.record({ kind: 'gateway.step', step, ...(detail && { detail }) });
    await act();
  };
  const network = (): Network => {
    if (!gateway.network) throw needsContainer('a network that can be cut');
    return gateway.network;
  };
  const leave = () => {
    for (const chat of tabs()) chat.leave();
  };
  /** Ends the gateway, and waits until it or another one answers the page again. */
  const anew: typeof take = async (...step) => {
    leave();
    await take(...step);
    await ready();
    await comeBack();
  };
  return {
    pause: () => take('pause', () => gateway.pause()),
    unpause: () => take('unpause', () => gateway.unpause()),
    kill: async () => {
      leave();
      await take('kill', () => gateway.kill());
    },
    restart: () => {
      progress('restarting the gateway');
      return anew('restart', () => gateway.restart());
    },
    upgrade: async () => {
      const { upgrade } = options;
      if (!upgrade) throw new RangeError("upgrade(): needs setup: { upgradeFrom: '2026.4.12' }");
      if (timeline.events.some((event) => event.kind === 'gateway.step' && event.step === 'upgrade'))
        throw new RangeError('upgrade(): the version under test runs already');
      const { from, to } = upgrade;
      progress(`upgrading the gateway to ${to}`);
      await anew('upgrade', () => upgrade.upgrade(), `${from} to ${to}`);
    },
    cutNetwork: () => take('cut-network', () => network().cut()),
    restoreNetwork: () => take('restore-network', () => network().restore()),
    editConfig: (patch) => operator.editConfig(patch),
    signIn: () => operator.signIn(),
    cli: (...args) => operator.cli(...args),
    rotateBehindItsBack: () => operator.rotateBehindItsBack(),
  };
}
