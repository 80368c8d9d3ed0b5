import type { Setup } from '#harness/openclaw/setup.ts';
import { duration } from './script-in-words.ts';

/** Of a set-up, what is not as usual, a sentence each. */
export function setUpInWords(setup: Setup): string[] {
  const { model, fallbacks, agents, codexToken, xaiToken, activeMemory, config } = setup;
  const or = (is: unknown, sentence: string): string[] => (is ? [sentence] : []);
  return [
    fallbacks.length > 0
      ? `The model is ${model}; where it fails, ${fallbacks.join(', then ')}.`
      : `The model is ${model}, without a fallback.`,
    ...or(setup.upgradeFrom, `The gateway is openclaw ${setup.upgradeFrom} until it is upgraded.`),
    ...or(agents.length > 1, `The agents are ${agents.join(', ')}; each holds the same credentials.`),
    ...stateOf('Codex', codexToken),
    ...or(xaiToken, 'xAI is signed in to, not used with a key.'),
    ...stateOf('xAI', xaiToken ?? 'fresh'),
    ...or(
      setup.onTokenReuse === 'revoke-family',
      'Whoever presents a used refresh token loses the whole sign-in that it comes from.',
    ),
    ...or(
      setup.staleOrder,
      'A second Codex profile, whose refresh token is already used, stands before the good one.',
    ),
    ...or(setup.codexCli, 'The Codex CLI is signed in beside the gateway, with the same tokens.'),
    ...or(setup.codexTransport === 'websocket', 'Codex takes a WebSocket.'),
    ...or(
      setup.idleTimeoutSeconds,
      `The gateway gives up on a silent model call after ${setup.idleTimeoutSeconds} s.`,
    ),
    ...or(activeMemory, `Active Memory is on, with ${duration(activeMemory?.timeoutMs ?? 0)} for a recall.`),
    ...or(setup.heartbeat, `An agent wakes by itself every ${setup.heartbeat}.`),
    ...or(
      setup.time,
      'The script can put the clock forward, of the gateway, the providers and the page alike.',
    ),
    ...or(setup.memoryMb, `The gateway may use ${setup.memoryMb} MiB of memory, in a container.`),
    ...or(setup.stockRoutes, 'The routes to the providers are those of the package as it ships.'),
    ...or(
      Object.keys(config).length > 0,
      `In openclaw.json, where models have the version's own names: ${JSON.stringify(config)}`,
    ),
  ];
}

function stateOf(name: string, state: Setup['codexToken']): string[] {
  switch (state) {
    case 'fresh':
      return [];
    case 'expired':
      return [`The ${name} access token has expired; its refresh token is good.`];
    case 'spent':
      return [`The ${name} access token has expired, and its refresh token is already used.`];
    default:
      return state satisfies never;
  }
}
