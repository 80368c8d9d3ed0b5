import type { CliRun } from '#harness/gateway/gateway.ts';
import type { Setup } from '#harness/openclaw/setup.ts';

/** What somebody does on the gateway's machine while it runs. Each step is recorded in the timeline. */
export interface Operations {
  /**
   * Edits `openclaw.json`: fields are merged, `null` removes one, and model names become the version's own. The gateway
   * notices the change by itself.
   */
  editConfig(patch: Setup['config']): Promise<void>;
  /**
   * Signs in to Codex again: every agent gets new tokens, and cooldowns end. A version that keeps tokens in SQLite does it with
   * its own `openclaw models auth login` and a device code; for others the files are written as that command writes them.
   * @throws HarnessError `CANNOT_SIGN_IN` if the command fails
   */
  signIn(): Promise<void>;
  /** Runs a command of the same version on the same state (`models status`) and waits until it has ended. */
  cli(...args: string[]): Promise<CliRun>;
  /** Lets the Codex CLI, signed in with the same account, redeem the refresh token and keep the new one. */
  rotateBehindItsBack(): Promise<void>;
}

/** The gateway's network. Needs a container. */
export interface NetworkSteps {
  /** Cuts the way to the providers: nothing is closed or reset, packets just stop. */
  cutNetwork(): Promise<void>;
  /** Restores it; what was held back gets through. */
  restoreNetwork(): Promise<void>;
}

/** For scenarios that start on an older version: `setup: { upgradeFrom: '2026.4.12' }`. */
export interface Upgrade {
  /**
   * Replaces the older version with the version under test, as OpenClaw's guide describes: the gateway is stopped, the new
   * version's `openclaw doctor` checks the state, and the new gateway starts on it. HOME stays as it is, except for what the
   * harness needs of every version (`fitState`).
   */
  upgrade(): Promise<void>;
}
