import type { Scenario } from '#harness/scenario/scenario.ts';
import type { CheckId } from '#harness/verdict/checks/ids.ts';

/** A defect, and where it must be found. */
export interface Mutant {
  /** As in `defects.mjs`. */
  defect: string;
  /** The scenario that is played on it. */
  scenario: string;
  /** The checks of which one must find it. */
  foundBy: readonly CheckId[];
  /** What differs from the scenario's own set-up. */
  setup?: Partial<Scenario['setup']>;
}

const REPLIES = ['reply-arrives', 'session-continues'] as const satisfies CheckId[];

/** A healthy scenario where one will do: whatever is found there, the defect has caused. */
export const mutants: readonly Mutant[] = [
  { defect: 'final-dropped', scenario: 'control/healthy-codex', foundBy: REPLIES },
  { defect: 'error-dropped', scenario: 'oauth/dead-refresh-token-alone', foundBy: REPLIES },
  { defect: 'another-session', scenario: 'control/healthy-codex', foundBy: REPLIES },
  { defect: 'final-empty', scenario: 'control/healthy-codex', foundBy: REPLIES },
  { defect: 'reply-halved', scenario: 'control/healthy-codex', foundBy: REPLIES },
  { defect: 'session-left-running', scenario: 'control/healthy-codex', foundBy: ['no-ghost-run'] },
  { defect: 'refresh-posted-twice', scenario: 'control/healthy-refresh', foundBy: ['refresh-discipline'] },
  {
    defect: 'refreshed-although-fresh',
    scenario: 'oauth/fresh-token-needs-no-refresh',
    foundBy: ['refresh-discipline'],
  },
  { defect: 'rotated-token-not-stored', scenario: 'oauth/rotate-twice', foundBy: ['refresh-discipline'] },
  {
    defect: 'refused-token-tried-again',
    scenario: 'oauth/dead-refresh-token',
    foundBy: ['refresh-discipline'],
  },
  { defect: 'sixty-requests', scenario: 'control/healthy-codex', foundBy: ['bounded-attempts'] },
  { defect: 'fallback-skipped', scenario: 'fallback/usage-limit', foundBy: REPLIES },
  {
    defect: 'fallback-reversed',
    scenario: 'fallback/usage-limit',
    foundBy: ['fallback-order'],
    setup: { fallbacks: ['xai/grok-3', 'xai/grok-4'] },
  },
  { defect: 'loop-blocked', scenario: 'control/healthy-codex', foundBy: ['gateway-alive'] },
  { defect: 'exit-at-second-message', scenario: 'control/healthy-codex', foundBy: ['gateway-alive'] },
  { defect: 'unhandled-rejection', scenario: 'control/healthy-codex', foundBy: ['gateway-alive'] },
  { defect: 'token-shown', scenario: 'control/healthy-codex', foundBy: ['no-secret-shown'] },
  { defect: 'well-while-dead', scenario: 'control/healthy-codex', foundBy: REPLIES },
  { defect: 'queue-never-drained', scenario: 'session/four-messages-in-a-second', foundBy: REPLIES },
  {
    defect: 'reply-lost-on-reconnect',
    scenario: 'web-chat/drop-mid-reply-and-reconnect',
    foundBy: REPLIES,
  },
  { defect: 'stop-ignored', scenario: 'session/abort-during-silence', foundBy: REPLIES },
  { defect: 'history-doubled', scenario: 'control/healthy-codex', foundBy: ['history-is-true'] },
  {
    defect: 'history-of-another-session',
    scenario: 'control/healthy-two-sessions',
    foundBy: ['history-is-true'],
  },
  { defect: 'history-lost', scenario: 'control/healthy-codex', foundBy: ['history-is-true'] },
];
