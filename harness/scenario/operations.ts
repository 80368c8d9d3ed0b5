import type { CliRun } from '#harness/gateway/gateway.ts';
import type { Setup } from '#harness/openclaw/setup.ts';

/** What somebody at the gateway's machine does while it runs; each stands in the timeline. */
export interface Operations {
  /**
   * Changes `openclaw.json` as an editor does: fields are merged, `null` takes one away, a scenario's model name becomes
   * the version's own. The gateway finds the change by itself, in its own time.
   */
  editConfig(patch: Setup['config']): Promise<void>;
  /**
   * A new sign-in to Codex: new tokens in every agent's store, and no cooldown. Where the version keeps them in SQLite, its
   * own `openclaw models auth login` makes it, with a code that is typed in on another device; else the files are left as
   * that command leaves them.
   * @throws HarnessError `CANNOT_SIGN_IN` where the command fails
   */
  signIn(): Promise<void>;
  /** Runs a command of the same version on the same state (`models status`) and waits for its end. */
  cli(...args: string[]): Promise<CliRun>;
  /** The Codex CLI, signed in with the same account, redeems the refresh token and keeps the new one to itself. */
  rotateBehindItsBack(): Promise<void>;
}

/** Its way to the providers; needs a container. */
export interface NetworkSteps {
  /** Cuts it: no end, no reset, silence. */
  cutNetwork(): Promise<void>;
  /** What was held back passes. */
  restoreNetwork(): Promise<void>;
}

/** What a script can do where the set-up has an older version: `setup: { upgradeFrom: '2026.4.12' }`. */
export interface Upgrade {
  /**
   * Puts the version under test in the place of the older one that the run began with, as OpenClaw's own guide says: the
   * gateway is ended, the new version's `openclaw doctor` looks over the state, and the new gateway is started on it.
   * HOME stays as it is, but for what the harness needs of every version (`fitState`).
   */
  upgrade(): Promise<void>;
}
