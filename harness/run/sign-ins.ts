import { createHmac } from 'node:crypto';
import type { Era } from '#harness/openclaw/eras/eras.ts';
import { allProviders } from '#harness/openclaw/providers/index.ts';
import type { Credentials } from '#harness/openclaw/providers/provider.ts';
import type { Setup } from '#harness/openclaw/setup.ts';
import type { StoredProfile } from '#harness/openclaw/stored-credentials.ts';
import type { SignInService } from '#mocks/targets.ts';
import { TokenLedger } from '#mocks/token-ledger.ts';

const HOUR = 3_600_000;
/** What `doctor` is given where the scenario wants the gateway to start with an expired token. */
const SHORT = 1_000;

interface SignInsOptions {
  setup: Setup;
  /** Of the version that the run begins with. */
  era: Era;
  /** Decides all tokens and keys. */
  seed: string;
  now: () => number;
}

/** With what a run's gateway is signed in where, and the account that each service keeps of it. */
export class SignIns {
  readonly ledgers: { readonly [service in SignInService]: TokenLedger };
  /** What the gateway is given. */
  readonly credentials: Credentials;
  readonly #states: { readonly [service in SignInService]: Setup['codexToken'] };
  /**
   * While the version's own commands look over its state. The providers are healthy to them, as they may redeem what the
   * gateway is given; the scenario begins, or goes on, after.
   */
  #preparing: 'start' | 'upgrade' | undefined;

  constructor({ setup, era, seed, now }: SignInsOptions) {
    const migrates = era.credentials === 'database';
    this.#preparing = migrates ? 'start' : undefined;
    const onReuse = setup.onTokenReuse;
    const auth = new TokenLedger(seed, { now, onReuse });
    const xai = new TokenLedger(seed, { now, issuer: 'xai', onReuse });
    this.ledgers = { auth, 'xai-auth': xai };
    this.#states = { auth: setup.codexToken, 'xai-auth': setup.xaiToken ?? 'fresh' };
    const old = setup.staleOrder ? auth.issue({ lifetimeMs: -HOUR, spent: !migrates }) : undefined;
    const issue = (service: SignInService) => {
      const [ledger, state] = [this.ledgers[service], this.#states[service]];
      const lifetimeMs = state === 'fresh' ? HOUR : -HOUR;
      const tokens = ledger.issue({ lifetimeMs, spent: state === 'spent' && !migrates });
      return { ...tokens, accountId: ledger.accountId };
    };
    const keyOf = (name: string) => createHmac('sha256', seed).update(name).digest('base64url').slice(0, 40);
    const keyed = allProviders.filter(({ takesKey }) => takesKey);
    this.credentials = {
      tokens: { auth: issue('auth'), 'xai-auth': setup.xaiToken && issue('xai-auth') },
      old,
      keys: Object.fromEntries(keyed.map(({ name }) => [name, `${name}-synthetic-${keyOf(name)}`])),
    };
  }

  get isPreparing(): boolean {
    return this.#preparing !== undefined;
  }

  /** The newer version's `doctor` is about to run. */
  upgradeBegins(): void {
    this.#preparing = 'upgrade';
  }

  get isUpgrading(): boolean {
    return this.#preparing === 'upgrade';
  }

  /** The version's own commands are through: what was to be used up beforehand is, now that they cannot meet it. */
  migrated(): void {
    const { old } = this.credentials;
    if (this.#preparing === 'start') {
      if (this.#states.auth === 'spent') this.ledgers.auth.spendAll();
      if (old) this.ledgers.auth.spendAll(old.refresh);
      if (this.#states['xai-auth'] === 'spent') this.ledgers['xai-auth'].spendAll();
    }
    this.#preparing = undefined;
  }

  /** How long a token is good for that is given for a presented refresh token now, in milliseconds. */
  readonly lifetimeOf = (service: SignInService, presented?: string): number => {
    const { old } = this.credentials;
    const isOld = old !== undefined && presented === this.ledgers.auth.labelOf(old.refresh);
    const isDead = this.#states[service] !== 'fresh' || isOld;
    return this.#preparing === 'start' && isDead ? SHORT : HOUR;
  };

  /** Every secret that was handed out so far, with its label. */
  secrets(): { value: string; label: string }[] {
    return [...this.keys(), ...Object.values(this.ledgers).flatMap((ledger) => ledger.secrets())];
  }

  keys(): { value: string; label: string }[] {
    return Object.entries(this.credentials.keys).map(([provider, value]) => ({
      value,
      label: `${provider.toUpperCase()}-KEY`,
    }));
  }

  /** The same profile without its secret. */
  labelled({ profile, refresh }: StoredProfile): StoredProfile {
    const provider = allProviders.find(({ name }) => profile.startsWith(`${name}:`));
    const ledger = this.ledgers[provider?.signIn ?? 'auth'];
    return { profile, refresh: ledger.labelOf(refresh) };
  }
}
