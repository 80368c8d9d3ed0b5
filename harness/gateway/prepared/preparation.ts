import { dirname, join } from 'node:path';
import { MIGRATED_HOME } from '#harness/gateway/environment.ts';
import type { FilesPlace, Gateway, StartOptions } from '#harness/gateway/gateway.ts';
import { storedCredentials } from '#harness/openclaw/stored-credentials.ts';
import type { TimelineEvent } from '#harness/timeline/events.ts';
import { allOf, type Timeline } from '#harness/timeline/timeline.ts';
import { issuerOf } from '#harness/verdict/checks/providers.ts';
import type { SignInService } from '#mocks/targets.ts';
import type { TokenLedger } from '#mocks/token-ledger.ts';
import type { PreparedState, PreparedStates, Redeemed, Shape } from './prepared-states.ts';
import type { Values } from './rewrite.ts';

interface PreparationOptions {
  /** Where prepared states lie; without it the run migrates for itself and leaves nothing behind. */
  states: PreparedStates | undefined;
  gateway: Pick<Gateway, 'version' | 'build'>;
  /** The commands that migrate; with none there is nothing to prepare. */
  migration: StartOptions['migration'];
  /** The files that they find in HOME. */
  files: NonNullable<StartOptions['files']>;
  /** What in these files is this run's alone, by label; tokens are known to the ledgers. */
  own: { [label: string]: string };
  ledgers: { [issuer in SignInService]: TokenLedger };
  /** How long an access token is good for that is given for a presented refresh token, in milliseconds. */
  lifetimeOf: (issuer: SignInService, presented: string) => number;
  timeline: Timeline;
}

/** The folder that stands for every run's own. */
const ANYWHERE: FilesPlace = { port: 1, home: '/run/home', logs: '/run/tmp/logs' };

/** How one run comes to a state that its version reads: by its own migration, or by one that was made before. */
export class Preparation {
  /** What the gateway is started with. */
  readonly start: Pick<StartOptions, 'migration' | 'files' | 'copyMigrated'>;
  readonly #options: PreparationOptions;
  readonly #shape: Shape;
  #place = ANYWHERE;
  #migrated: { values: Values; redeemed: Redeemed[] } | undefined;

  constructor(options: PreparationOptions) {
    this.#options = options;
    const { gateway, migration, files, timeline } = options;
    this.#shape = { ...gateway, migration, files: files(ANYWHERE), values: this.#values(ANYWHERE) };
    const prepared = this.#prepared();
    if (prepared) {
      this.start = { migration: [], files: (place) => prepared.files(this.#values(place)) };
      timeline.record({ kind: 'gateway.migrated', prepared: true });
      return;
    }
    this.start = {
      migration,
      files: (place) => {
        this.#place = place;
        return files(place);
      },
      copyMigrated: this.#states !== undefined,
    };
    timeline.subscribe(({ kind }) => {
      if (kind === 'gateway.migrated') this.#migrated ??= this.#snapshot(timeline.events);
    });
  }

  /**
   * Once the gateway has ended: keeps what its migration made, where it came to what it must.
   * @param folder the gateway's
   */
  keep(folder: string): void {
    const [states, migrated] = [this.#states, this.#migrated];
    if (!states || !migrated) return;
    const home = join(folder, MIGRATED_HOME);
    const { values, redeemed } = migrated;
    const usedUp = redeemed.map(({ presented }) => values.named[presented]);
    const good = new Set(Object.values(values.named).filter((value) => !usedUp.includes(value)));
    const profiles = storedCredentials(home) ?? [];
    // A migration that failed, or that lost what it got for a token (see the doubt `migration-unproven`), is not one for others.
    if (profiles.length === 0 || !profiles.every(({ refresh }) => good.has(refresh))) return;
    states.keep(this.#shape, home, values, redeemed);
  }

  /** A checkout may change under its name: only what is published, or an image, is prepared once. */
  get #states(): PreparedStates | undefined {
    const { states, migration, gateway } = this.#options;
    const { integrity, image } = gateway.build;
    return migration.length > 0 && (integrity || image) ? states : undefined;
  }

  /** The state that lies there, after its tokens were redeemed by this run's ledgers as they were for it. */
  #prepared(): PreparedState | undefined {
    const { ledgers, lifetimeOf } = this.#options;
    const found = this.#states?.find(this.#shape);
    if (!found) return undefined;
    for (const { issuer, presented } of found.redeemed) {
      const ledger = ledgers[issuer];
      const refresh = ledger.secrets().find(({ label }) => label === presented)?.value ?? '';
      ledger.redeem(refresh, lifetimeOf(issuer, presented));
    }
    const { named } = this.#values(ANYWHERE);
    if (found.labels.some((label) => named[label] === undefined))
      throw new Error('a prepared state names a token that this run does not have');
    return found;
  }

  #values({ port, home, logs }: FilesPlace): Values {
    const { own, ledgers } = this.#options;
    const all = Object.values(ledgers).flatMap((ledger) => ledger.secrets());
    const tokens = Object.fromEntries(all.map(({ label, value }) => [label, value]));
    const accounts = Object.fromEntries(
      Object.entries(ledgers).map(([service, { accountId }]) => [
        `${service}-account`.toUpperCase(),
        accountId,
      ]),
    );
    const place = { PORT: String(port), HOME: home, LOGS: logs, FOLDER: dirname(home) };
    return { named: { ...own, ...tokens, ...accounts, ...place }, at: Date.now() };
  }

  /** `undefined` where a token was refused: nobody could redeem it again as it was. */
  #snapshot(events: readonly TimelineEvent[]) {
    const all = allOf(events);
    const redeemed = all('token.redeemed').map((post) => ({
      issuer: issuerOf(post, all),
      presented: post.presented,
      result: post.result,
    }));
    if (redeemed.some(({ result }) => result !== 'rotated')) return undefined;
    const each = redeemed.map(({ issuer, presented }) => ({ issuer, presented }));
    return { values: this.#values(this.#place), redeemed: each };
  }
}
