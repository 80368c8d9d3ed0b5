import { HarnessError } from '#harness/base/error.ts';
import { json, parsed, patched } from '#harness/base/json-text.ts';
import { plain } from '#harness/base/plain.ts';
import type { CliOptions, CliRun, Hands } from '#harness/gateway/gateway.ts';
import type { Era } from '#harness/openclaw/eras/eras.ts';
import { namedFor } from '#harness/openclaw/model-names.ts';
import { codexProfile } from '#harness/openclaw/providers/codex.ts';
import type { Setup } from '#harness/openclaw/setup.ts';
import { agentFolder, CODEX_CLI_FILE, CONFIG_FILE, codexCliFile } from '#harness/openclaw/state.ts';
import type { Operations } from '#harness/scenario/operations.ts';
import type { EventOf } from '#harness/timeline/events.ts';
import type { Timeline } from '#harness/timeline/timeline.ts';
import type { TokenLedger } from '#mocks/token-ledger.ts';

const HOUR = 3_600_000;

interface OperatorOptions {
  gateway: Hands;
  /** Of the version that runs now. */
  era: () => Era;
  setup: Setup;
  ledger: TokenLedger;
  timeline: Timeline;
}

/** Does by hand what a user would do. */
export class Operator implements Operations {
  readonly #options: OperatorOptions;

  constructor(options: OperatorOptions) {
    this.#options = options;
  }

  async editConfig(patch: Setup['config']): Promise<void> {
    const { gateway, era } = this.#options;
    this.#record('edit-config', JSON.stringify(patch));
    await gateway.editFile(CONFIG_FILE, (text) => json(patched(parsed(text), namedFor(era(), patch))));
  }

  async signIn(): Promise<void> {
    const { gateway, setup, ledger } = this.#options;
    const era = this.#options.era();
    if (era.credentials === 'database') {
      for (const agent of setup.agents) await this.#logIn(agent, era);
      return;
    }
    const tokens = { ...ledger.issue({ lifetimeMs: HOUR }), accountId: ledger.accountId };
    this.#record('sign-in', ledger.labelOf(tokens.refresh));
    const id = `${era.codex.id}:default`;
    for (const agent of setup.agents) {
      const file = (name: string) => `${agentFolder(agent)}/${name}`;
      // A login clears the cooldowns of its provider first (`clearStaleProfileLockouts`: read in 2026.4.14).
      const clear = (text?: string) => json(patched(parsed(text), { usageStats: { [id]: null } }));
      if (era.credentials === 'files-and-order') await gateway.editFile(file('auth-state.json'), clear);
      await gateway.editFile(file('auth-profiles.json'), (text) =>
        json(patched(parsed(text), { profiles: { [id]: codexProfile(era.codex.id, tokens) } })),
      );
    }
  }

  async cli(...args: string[]): Promise<CliRun> {
    const { gateway, timeline } = this.#options;
    this.#record('cli', commandLine(args));
    return runCommand(gateway, timeline, args);
  }

  async rotateBehindItsBack(): Promise<void> {
    const { gateway, ledger } = this.#options;
    const redemption = ledger.redeemElsewhere(HOUR);
    if (redemption.result !== 'rotated') {
      throw new HarnessError(
        'NOTHING_TO_ROTATE',
        `The Codex CLI cannot redeem ${redemption.presented}: it has already been used.`,
        'Rotate before the set-up’s token is spent.',
      );
    }
    this.#record('rotate-token', `${redemption.presented} for ${redemption.issued}`);
    const tokens = { ...redemption.tokens, accountId: ledger.accountId };
    await gateway.editFile(CODEX_CLI_FILE, () => codexCliFile(tokens));
  }

  async #logIn(agent: string, { codex }: Era): Promise<void> {
    const { gateway, timeline } = this.#options;
    const who = ['--provider', codex.id, '--agent', agent];
    const command = ['models', 'auth', 'login', ...who, '--method', 'device-code'];
    this.#record('sign-in', commandLine(command));
    const { code, output } = await runCommand(gateway, timeline, command, { terminal: true });
    if (code === 0) return;
    const said = output.trim().split('\n').at(-1);
    throw new HarnessError(
      'CANNOT_SIGN_IN',
      `openclaw models auth login ${code === null ? 'timed out' : `ended with ${code}`}; its last line: ${plain(said ?? '')}`,
      'All that it said is in the timeline; with that, the scenario cannot be tested on this version.',
    );
  }

  /** Before it is taken: what follows from a step comes after it. */
  #record(step: EventOf<'gateway.step'>['step'], detail: string): void {
    this.#options.timeline.record({ kind: 'gateway.step', step, detail });
  }
}

/** Runs one of the gateway's own commands; what it said stands in the timeline, without secrets. */
export async function runCommand(
  gateway: Pick<Hands, 'runCli'>,
  timeline: Timeline,
  args: readonly string[],
  options: CliOptions = {},
): Promise<CliRun> {
  const from = timeline.elapsed();
  const run = await gateway.runCli(args, options);
  const tookMs = timeline.elapsed() - from;
  timeline.record({ kind: 'gateway.cli', command: commandLine(args), tookMs, ...run });
  return run;
}

const commandLine = (args: readonly string[]): string => `openclaw ${args.join(' ')}`;
