import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { HarnessError } from '#harness/base/error.ts';
import { partsOf } from '#harness/gateway/environment.ts';
import type { Gateway, RunningGateway, StartOptions, StoppedGateway } from '#harness/gateway/gateway.ts';
import { eraOf } from '#harness/openclaw/eras/eras.ts';
import type { Setup } from '#harness/openclaw/setup.ts';
import { DOCTOR } from '#harness/openclaw/state.ts';
import { fitState } from '#harness/openclaw/upgraded-state.ts';
import type { Scenario } from '#harness/scenario/scenario.ts';
import { compareVersions } from '#harness/versions/version.ts';
import { Forwarding } from './forwarding.ts';

/**
 * The gateway that a run begins with: the older version where the scenario upgrades from one, else the one under test.
 * @param older makes a published version ready to start
 * @throws HarnessError `CANNOT_UPGRADE` where this is no upgrade, or the older version could not be prepared
 */
export async function beginWith(
  { setup: { upgradeFrom } }: Pick<Scenario, 'setup'>,
  gateway: Gateway,
  older: ((version: string) => Promise<Gateway>) | undefined,
): Promise<Gateway> {
  if (upgradeFrom === undefined) return gateway;
  if (compareVersions(gateway.version, upgradeFrom) <= 0) {
    throw cannotUpgrade(
      `openclaw ${gateway.version} is not newer than ${upgradeFrom}, from which the scenario upgrades.`,
      'Name a newer version.',
    );
  }
  if (!older) throw new Error(`nobody here can make openclaw ${upgradeFrom} ready`);
  const first = await older(upgradeFrom).catch((error: unknown) => {
    if (!(error instanceof HarnessError) || error.blame === 'harness') throw error;
    const message = `openclaw ${upgradeFrom}, from which the scenario upgrades, could not be prepared: ${error.message}`;
    throw cannotUpgrade(message, error.advice, error);
  });
  const [before, after] = [first.build.runtime, gateway.build.runtime];
  if (before !== after) {
    throw cannotUpgrade(
      `openclaw ${upgradeFrom} would run as a ${before} and ${gateway.version} as a ${after}: they see other folders.`,
      `Run both in one with --runtime ${after}.`,
    );
  }
  return first;
}

const cannotUpgrade = (message: string, advice: string, cause?: unknown): HarnessError =>
  new HarnessError('CANNOT_UPGRADE', message, advice, { cause });

interface UpgradableOptions {
  setup: Setup;
  start: StartOptions;
  /** Called when the older version has ended, before the `doctor` of the newer one begins. */
  onChange: () => void;
}

/** A running gateway whose place another version can take, on the same state and the same port. */
export class UpgradableGateway extends Forwarding {
  readonly #options: UpgradableOptions;
  #gateway: Gateway;
  /** CPU time of the versions before this one. */
  #cpuMs = 0;
  #change: Promise<void> | undefined;
  #stopped: Promise<StoppedGateway> | undefined;

  private constructor(gateway: Gateway, running: RunningGateway, options: UpgradableOptions) {
    super(running);
    this.#gateway = gateway;
    this.#options = options;
  }

  static async start(gateway: Gateway, options: UpgradableOptions): Promise<UpgradableGateway> {
    return new UpgradableGateway(gateway, await gateway.start(options.start), options);
  }

  /** Of the version that runs now. */
  get version(): string {
    return this.#gateway.version;
  }

  upgradeTo(next: Gateway): Promise<void> {
    this.#change = this.#upgradeTo(next);
    return this.#change;
  }

  stop(): Promise<StoppedGateway> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #upgradeTo(next: Gateway): Promise<void> {
    const { setup, start, onChange } = this.#options;
    const { files: _made, ...again } = start;
    const port = Number(new URL(this.url).port);
    const { cpuMs = 0 } = await this.running.stop();
    this.#cpuMs += cpuMs;
    const { home } = partsOf(start.folder);
    for (const name of OWN_TO_A_VERSION) rmSync(join(start.folder, name), { recursive: true, force: true });
    fitState(home, eraOf(this.version), eraOf(next.version), setup);
    onChange();
    this.#gateway = next;
    this.running = await next.start({ ...again, port, migration: [DOCTOR] });
  }

  async #stop(): Promise<StoppedGateway> {
    // A version that is on its way must not be left behind.
    await this.#change?.catch(() => undefined);
    const { cpuMs } = await this.running.stop();
    const all = this.#cpuMs + (cpuMs ?? 0);
    return all > 0 ? { cpuMs: all } : {};
  }
}

/** Beside HOME: its temporary files and logs, which have been read, and the sign that its `doctor` has been there. */
const OWN_TO_A_VERSION = ['tmp', 'egress.jsonl', 'migrated'];
