import { createHmac } from 'node:crypto';

/** What became of one presented refresh token. Tokens are named by label (`RT1`), never by value. */
export type Redemption =
  | { result: 'rotated'; presented: string; issued: string; tokens: TokenSet }
  | { result: 'reused'; presented: string }
  | { result: 'unknown'; presented: string };

export interface TokenSet {
  access: string;
  refresh: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

/**
 * Keeps account of every token as OpenAI's OAuth server does: a refresh token works once and rotates; a second
 * use is refused as reuse. All values are synthetic and carry the word, so that a real one can be told apart.
 */
export class TokenLedger {
  readonly accountId: string;
  readonly #seed: string;
  readonly #now: () => number;
  readonly #refresh = new Map<string, { label: string; spent: boolean }>();
  readonly #access = new Map<string, { label: string; expiresAt: number }>();

  constructor(seed: string, now: () => number = Date.now) {
    this.#seed = seed;
    this.#now = now;
    this.accountId = `synthetic-${this.#hash('account').slice(0, 12)}`;
  }

  /** Makes a new pair. `spent` hands out a refresh token that was already used by somebody else. */
  issue({ lifetimeMs, spent = false }: { lifetimeMs: number; spent?: boolean }): TokenSet {
    const number = this.#refresh.size + 1;
    const expiresAt = this.#now() + lifetimeMs;
    const refresh = `rt_synthetic_${this.#hash(`refresh-${number}`)}`;
    const access = this.#jwt(`AT${number}`, expiresAt);
    this.#refresh.set(refresh, { label: `RT${number}`, spent });
    this.#access.set(access, { label: `AT${number}`, expiresAt });
    return { access, refresh, expiresAt };
  }

  redeem(refresh: string, lifetimeMs: number): Redemption {
    const known = this.#refresh.get(refresh);
    if (!known) return { result: 'unknown', presented: this.labelOf(refresh) };
    if (known.spent) return { result: 'reused', presented: known.label };
    known.spent = true;
    const tokens = this.issue({ lifetimeMs });
    return { result: 'rotated', presented: known.label, issued: `RT${this.#refresh.size}`, tokens };
  }

  /** Uses up every refresh token that is still good, as a second client that signs in with it would. */
  spendAll(): void {
    for (const known of this.#refresh.values()) known.spent = true;
  }

  /** What a second client does that holds the newest pair (the Codex CLI, say): redeems it and keeps what it gets. */
  redeemElsewhere(lifetimeMs: number): Redemption {
    return this.redeem([...this.#refresh.keys()].at(-1) ?? '', lifetimeMs);
  }

  labelOf(refresh: string): string {
    return this.#refresh.get(refresh)?.label ?? `unknown-${this.#hash(refresh).slice(0, 6)}`;
  }

  /** The label of a live access token. */
  accept(access: string): string | undefined {
    const known = this.#access.get(access);
    return known && known.expiresAt > this.#now() ? known.label : undefined;
  }

  /** Every value handed out so far, with its label: what `no-secret-shown` looks for. */
  secrets(): { value: string; label: string }[] {
    return [...this.#refresh, ...this.#access].map(([value, { label }]) => ({ value, label }));
  }

  #jwt(label: string, expiresAt: number): string {
    const claims = {
      iss: 'https://auth.openai.com',
      aud: ['https://api.openai.com/v1'],
      jti: `synthetic-${label}`,
      iat: Math.floor(this.#now() / 1000) - 60,
      exp: Math.floor(expiresAt / 1000),
      'https://api.openai.com/auth': { chatgpt_account_id: this.accountId, chatgpt_plan_type: 'plus' },
      'https://api.openai.com/profile': { email: 'synthetic@example.invalid', email_verified: true },
    };
    const parts = [{ alg: 'HS256', typ: 'JWT' }, claims].map((part) => base64url(JSON.stringify(part)));
    return [...parts, this.#hash(`signature-${label}`)].join('.');
  }

  #hash(what: string): string {
    return createHmac('sha256', this.#seed).update(what).digest('base64url');
  }
}

const base64url = (text: string): string => Buffer.from(text).toString('base64url');
