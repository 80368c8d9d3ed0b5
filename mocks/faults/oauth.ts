import { answer, type Step } from '#mocks/steps.ts';
import { type Fault, type FaultedRequest, fault, made } from './fault.ts';

/**
 * Refusals of a token endpoint that no retry mends. The codes are those that codex-rs tells apart
 * (`refresh_token_expired`, `_reused`, `_invalidated`, all 401) and RFC 6749's `invalid_grant`; xAI knows only the last.
 */
const refusals = {
  refresh_token_reused:
    'Your refresh token has already been used to generate a new access token. Please try signing in again.',
  refresh_token_expired: 'Your refresh token has expired. Please try signing in again.',
  refresh_token_invalidated: 'Your session has ended. Please log in again.',
  invalid_grant: 'Invalid refresh token',
};
type Refusal = keyof typeof refusals;

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
  return fault(name, `refuses the refresh token for good (\`${code}\`)`, (_steps, { provider }) => [
    { do: 'fault', name },
    ...refusal(code, provider),
  ]);
};

/** The answer itself, for whoever keeps account of tokens. */
export function refusal(code: Refusal, provider: FaultedRequest['provider'] = 'auth'): Step[] {
  const message = refusals[code];
  if (provider === 'xai-auth') return answer(400, { error: 'invalid_grant', error_description: message });
  return answer(code === 'invalid_grant' ? 400 : 401, {
    error: { message, type: 'invalid_request_error', param: null, code },
  });
}
