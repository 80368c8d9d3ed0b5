import type { Step } from '#mocks/steps.ts';
import type { Refusal, Words } from '#mocks/words.ts';
import { type Fault, fault, made } from './fault.ts';

/**
 * Refusals of a token endpoint that no retry mends. The codes are those that codex-rs tells apart
 * (`refresh_token_expired`, `_reused`, `_invalidated`, all 401) and RFC 6749's `invalid_grant`; xAI knows only the last.
 */
const refusals: { readonly [code in Refusal]: string } = {
  refresh_token_reused:
    'Your refresh token has already been used to generate a new access token. Please try signing in again.',
  refresh_token_expired: 'Your refresh token has expired. Please try signing in again.',
  refresh_token_invalidated: 'Your session has ended. Please log in again.',
  invalid_grant: 'Invalid refresh token',
};

/** 401: somebody has used the refresh token already. */
export const refreshTokenReused = made('refreshTokenReused', (): Fault => refused('refresh_token_reused'));
/** 401: the refresh token is too old. */
export const refreshTokenExpired = made('refreshTokenExpired', (): Fault => refused('refresh_token_expired'));
/** 401: the session was ended, by a sign-out or a new password. */
export const refreshTokenInvalidated = made(
  'refreshTokenInvalidated',
  (): Fault => refused('refresh_token_invalidated'),
);
/** 400: the refresh token is not one. */
export const invalidGrant = made('invalidGrant', (): Fault => refused('invalid_grant'));

const refused = (code: Refusal): Fault => {
  const name = code.replaceAll('_', '-');
  return fault(name, `refuses the refresh token for good (\`${code}\`)`, (_steps, { words }) => [
    { do: 'fault', name },
    ...refusal(code, words),
  ]);
};

/** The answer itself, for whoever keeps account of tokens. */
export const refusal = (code: Refusal, words: Words): Step[] => words.refusal(code, refusals[code]);
