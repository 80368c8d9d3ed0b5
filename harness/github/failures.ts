import { GraphqlResponseError } from '@octokit/graphql';
import { RequestError } from '@octokit/request-error';
import { z } from 'zod';
import { HarnessError, messageOf } from '#harness/base/error.ts';
import type { ErrorCode } from '#harness/base/error-codes.ts';
import { plain } from '#harness/base/plain.ts';

/** Longer than this nobody waits for a comment. Milliseconds. */
const LONGEST_WAIT = 5 * 60_000;

/**
 * How long to wait before it makes sense to try again, in milliseconds; `undefined` where it makes none.
 * @see https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit
 */
export function waitBefore(error: unknown, attempt: number): number | undefined {
  if (!(error instanceof RequestError)) return undefined;
  const asked = isLimit(error) ? askedFor(error, attempt) : undefined;
  if (asked !== undefined) return asked <= LONGEST_WAIT ? asked : undefined;
  // Octokit gives a lost connection the status 500.
  return error.status >= 500 ? 1_000 * 2 ** attempt : undefined;
}

const header = (error: RequestError, name: string): string | undefined =>
  error.response?.headers[name]?.toString();

const isLimit = (error: RequestError): boolean =>
  error.status === 429 ||
  (error.status === 403 &&
    (header(error, 'retry-after') !== undefined ||
      header(error, 'x-ratelimit-remaining') === '0' ||
      /rate limit/i.test(error.message)));

function askedFor(error: RequestError, attempt: number): number {
  const seconds = Number(header(error, 'retry-after'));
  if (seconds > 0) return seconds * 1_000;
  const reset = Number(header(error, 'x-ratelimit-reset'));
  if (header(error, 'x-ratelimit-remaining') === '0' && reset > 0)
    return Math.max(1_000, reset * 1_000 - Date.now());
  return 60_000 * attempt;
}

/** What went wrong, in one sentence that holds no token. */
export function explained(error: unknown): HarnessError {
  if (error instanceof HarnessError) return error;
  if (error instanceof z.ZodError || error instanceof GraphqlResponseError) {
    return failure('GITHUB_ANSWER', 'GitHub answered with something unexpected.', 'Check --api-url.', error);
  }
  if (!(error instanceof RequestError))
    return failure('GITHUB_ANSWER', messageOf(error), 'Check --api-url.', error);
  if (!error.response) {
    const said = `GitHub cannot be reached: ${plain(messageOf(error.cause ?? error))}.`;
    return failure(
      'GITHUB_UNREACHABLE',
      said,
      'Check the network and --api-url; then the same command again.',
      error,
    );
  }
  if (isLimit(error)) {
    return failure(
      'GITHUB_LIMIT',
      `GitHub's rate limit is used up (${error.status}).`,
      'Try again later.',
      error,
    );
  }
  return refusal(error);
}

function refusal(error: RequestError): HarnessError {
  const said = `GitHub answered ${error.status}: ${plain(error.message).slice(0, 300)}.`;
  switch (error.status) {
    case 401:
      return failure(
        'GITHUB_TOKEN_REFUSED',
        said,
        'The token is wrong or has expired: make a new one.',
        error,
      );
    case 403:
      return /locked/i.test(error.message)
        ? failure('ISSUE_LOCKED', said, 'Only who may write to the repository can comment on it.', error)
        : failure(
            'GITHUB_FORBIDDEN',
            said,
            'The token needs the right to write issues in this repository.',
            error,
          );
    case 404:
    case 410:
      return failure(
        'NO_ISSUE',
        said,
        'Check --issue; where the repository is private, the token must see it.',
        error,
      );
    case 422:
      return failure('GITHUB_REFUSED', said, 'Look at the comment without --yes.', error);
    default:
      return failure('GITHUB_REFUSED', said, 'Try again later.', error);
  }
}

const failure = (code: ErrorCode, message: string, advice: string, cause: unknown): HarnessError =>
  new HarnessError(code, message, advice, { cause });
