import { createHash, createHmac } from 'node:crypto';

/** What became of one presented refresh token. Tokens are named by label (`RT1`), never by value. */
export type Redemption =
  | { result: 'rotated'; presented: string; issued: string; tokens: TokenSet }
  | { result: 'reused' | 'revoked' | 'unknown'; presented: string };

export interface TokenSet {
  access: string;
  refresh: string;
  /** Milliseconds since the epoch, on the ledger's clock. */
  expiresAt: number;
  /** From its issue to its end. */
  lifetimeMs: number;
}

export interface LedgerOptions {
  /** @default Date.now */
  now?: () => number;
  /** Whose tokens they are. @default 'openai' */
  issuer?: 'openai' | 'xai';
  /**
   * What a second use of a refresh token does: it is refused, or all that came of the same sign-in is revoked with it
   * (RFC 9700, 4.14.2). Which of the two OpenAI does is not known for certain. @default 'refuse'
   */
  onReuse?: 'refuse' | 'revoke-family';
}

interface Known {
  label: string;
  /** The sign-in that it descends from. */
  family: number;
}

/**
 * Keeps account of every token as an OAuth server does: a refresh token works once and rotates; a second
 * use is refused as reuse. All values are synthetic and carry the word, so that a real one can be told apart.
 */
export class TokenLedger {
  readonly accountId: string;
  readonly #seed: string;
  readonly #options: Required<LedgerOptions>;
  readonly #refresh = new Map<string, Known & { spent: boolean }>();
  readonly #access = new Map<string, Known & { expiresAt: number }>();
  readonly #codes = new Map<string, { challenge: string; redirect: string }>();
  readonly #revoked = new Set<number>();
  #families = 0;
  #codesIssued = 0;

  constructor(seed: string, { now = Date.now, issuer = 'openai', onReuse = 'refuse' }: LedgerOptions = {}) {
    this.#seed = issuer === 'openai' ? seed : `${seed}/${issuer}`;
    this.#options = { now, issuer, onReuse };
    this.accountId = `synthetic-${this.#hash('account').slice(0, 12)}`;
  }

  /** Makes a new pair, as a sign-in does. `spent` hands out a refresh token that was already used by somebody else. */
  issue({ lifetimeMs, spent = false }: { lifetimeMs: number; spent?: boolean }): TokenSet {
    return this.#issue(lifetimeMs, ++this.#families, spent);
  }

  redeem(refresh: string, lifetimeMs: number): Redemption {
    const known = this.#refresh.get(refresh);
    if (!known) return { result: 'unknown', presented: this.labelOf(refresh) };
    if (this.#revoked.has(known.family)) return { result: 'revoked', presented: known.label };
    if (known.spent) {
      if (this.#options.onReuse === 'revoke-family') this.#revoked.add(known.family);
      return { result: 'reused', presented: known.label };
    }
    known.spent = true;
    const tokens = this.#issue(lifetimeMs, known.family);
    return { result: 'rotated', presented: known.label, issued: this.labelOf(tokens.refresh), tokens };
  }

  /**
   * Takes a consent down and gives its code, which works once.
   * @param challenge base64url of the SHA-256 of a verifier (RFC 7636, S256)
   */
  authorize(challenge: string, redirect: string): string {
    const code = `ac_synthetic_${this.#hash(`code-${++this.#codesIssued}`)}`;
    this.#codes.set(code, { challenge, redirect });
    return code;
  }

  /** The tokens for a code, where the verifier and the redirection are those that the code was given for. */
  exchange(code: string, verifier: string, redirect: string, lifetimeMs: number): TokenSet | undefined {
    const known = this.#codes.get(code);
    this.#codes.delete(code);
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    if (!known || known.challenge !== challenge || known.redirect !== redirect) return undefined;
    return this.issue({ lifetimeMs });
  }

  /**
   * Uses up every refresh token that is still good, as a second client that signs in with it would.
   * @param refresh only those that come of the same sign-in as this one
   */
  spendAll(refresh?: string): void {
    const family = refresh === undefined ? undefined : this.#refresh.get(refresh)?.family;
    for (const known of this.#refresh.values())
      if (refresh === undefined || known.family === family) known.spent = true;
  }

  /**
   * What a second client does that holds the same sign-in (the Codex CLI, say): redeems the newest good refresh token
   * and keeps what it gets. Whoever still holds the old one presents a used token from now on.
   */
  redeemElsewhere(lifetimeMs: number): Redemption {
    const good = [...this.#refresh].findLast(([, { spent, family }]) => !spent && !this.#revoked.has(family));
    return this.redeem(good?.[0] ?? [...this.#refresh.keys()].at(-1) ?? '', lifetimeMs);
  }

  labelOf(refresh: string): string {
    return this.#refresh.get(refresh)?.label ?? `unknown-${this.#hash(refresh).slice(0, 6)}`;
  }

  /** Milliseconds since the epoch: the time at which the services are. */
  now(): number {
    return this.#options.now();
  }

  /** The label of a live access token. */
  accept(access: string): string | undefined {
    const known = this.#access.get(access);
    if (!known || this.#revoked.has(known.family)) return undefined;
    return known.expiresAt > this.#options.now() ? known.label : undefined;
  }

  /** Every value handed out so far, with its label: what `no-secret-shown` looks for. */
  secrets(): { value: string; label: string }[] {
    return [...this.#refresh, ...this.#access].map(([value, { label }]) => ({ value, label }));
  }

  #issue(lifetimeMs: number, family: number, spent = false): TokenSet {
    const number = this.#refresh.size + 1;
    const prefix = this.#options.issuer === 'openai' ? '' : 'X';
    const expiresAt = this.#options.now() + lifetimeMs;
    const refresh = `rt_synthetic_${this.#hash(`refresh-${number}`)}`;
    const access = this.#jwt(`${prefix}AT${number}`, expiresAt);
    this.#refresh.set(refresh, { label: `${prefix}RT${number}`, family, spent });
    this.#access.set(access, { label: `${prefix}AT${number}`, family, expiresAt });
    return { access, refresh, expiresAt, lifetimeMs };
  }

  #jwt(label: string, expiresAt: number): string {
    const claims = {
      jti: `synthetic-${label}`,
      iat: Math.floor(this.#options.now() / 1000) - 60,
      exp: Math.floor(expiresAt / 1000),
      ...(this.#options.issuer === 'openai' ? this.#openAiClaims() : this.#xaiClaims()),
    };
    const parts = [{ alg: 'HS256', typ: 'JWT' }, claims].map((part) => base64url(JSON.stringify(part)));
    return [...parts, this.#hash(`signature-${label}`)].join('.');
  }

  #openAiClaims() {
    return {
      iss: 'https://auth.openai.com',
      aud: ['https://api.openai.com/v1'],
      'https://api.openai.com/auth': { chatgpt_account_id: this.accountId, chatgpt_plan_type: 'plus' },
      'https://api.openai.com/profile': { email: 'synthetic@example.invalid', email_verified: true },
    };
  }

  #xaiClaims() {
    return { iss: 'https://auth.x.ai', sub: this.accountId, email: 'synthetic@example.invalid' };
  }

  #hash(what: string): string {
    return createHmac('sha256', this.#seed).update(what).digest('base64url');
  }
}

const base64url = (text: string): string => Buffer.from(text).toString('base64url');
