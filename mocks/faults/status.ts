import { answer, type Step } from '#mocks/steps.ts';
import { type Fault, type FaultedRequest, fault, made } from './fault.ts';

/** Another status with another body; an object is sent as JSON, a string as HTML. */
export const status = made(
  'status',
  (code: number, body: unknown, headers: Record<string, string> = {}): Fault =>
    named(`status-${code}`, `answers ${code}`, () => answer(code, body, headers)),
);

/** 429 for too many requests; `retryAfter` in seconds, without it the service does not say when. */
export const rateLimited = made(
  'rateLimited',
  (retryAfter?: number): Fault =>
    named(
      'rate-limited',
      `answers 429 (too many requests${retryAfter === undefined ? '' : `, retry after ${retryAfter} s`})`,
      ({ words }) =>
        answer(429, words.error('rate_limit_exceeded', 'Rate limit reached. Please try again later.'), {
          ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
        }),
    ),
);

/**
 * 429 for a used-up plan, as ChatGPT answers it; without `Retry-After`, the body says when it ends.
 * Shape: codex-rs, `UsageLimitReachedError`, and what 2026.4.14 reads of it (`plan_type`, `resets_at` in seconds).
 */
export const usageLimitReached = made(
  'usageLimitReached',
  (resetsInSeconds: number = 3_600): Fault =>
    named('usage-limit-reached', `answers 429 (usage limit, resets in ${resetsInSeconds} s)`, ({ now }) =>
      answer(429, {
        error: {
          type: 'usage_limit_reached',
          message: 'The usage limit has been reached',
          plan_type: 'plus',
          resets_at: Math.floor(now / 1000) + resetsInSeconds,
          resets_in_seconds: resetsInSeconds,
        },
      }),
    ),
);

/** A 5xx with the body that the service gives; 502 and above come as text from the proxy before it. */
export const serverError = made(
  'serverError',
  (code: number = 503, retryAfter?: number): Fault =>
    named(`server-error-${code}`, `answers ${code}`, ({ words }) => {
      const retry = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
      if (code === 500)
        return answer(
          500,
          words.error('server_error', 'The server had an error processing your request.'),
          retry,
        );
      return answer(code, UPSTREAM, { 'content-type': 'text/plain', ...retry });
    }),
);

/** A credential that was good a moment ago is refused. */
export const unauthorized = made(
  'unauthorized',
  (): Fault =>
    named('unauthorized', 'answers 401', ({ words }) =>
      answer(
        401,
        words.error(
          'token_invalidated',
          'Your authentication token has been invalidated. Please try signing in again.',
        ),
      ),
    ),
);

/** The page of a bot challenge (403) or of a proxy (any other status) where JSON should be. */
export const htmlPage = made(
  'htmlPage',
  (code: number = 403): Fault =>
    named(`html-page-${code}`, `answers ${code} with an HTML page`, () =>
      answer(
        code,
        code === 403 ? CHALLENGE : `<html><head><title>${code}</title></head><body>${code}</body></html>`,
        {
          server: 'cloudflare',
          ...(code === 403 && { 'cf-mitigated': 'challenge' }),
        },
      ),
    ),
);

/** A status with no body at all. */
export const emptyBody = made(
  'emptyBody',
  (code: number = 400): Fault =>
    named(`empty-${code}`, `answers ${code} with an empty body`, () => [
      { do: 'head', status: code, headers: { 'content-length': '0' } },
      { do: 'end' },
    ]),
);

/** The prompt is longer than the model's context. */
export const contextTooLong = made(
  'contextTooLong',
  (): Fault =>
    named('context-too-long', 'answers 400 (context_length_exceeded)', ({ words }) =>
      answer(
        400,
        words.error(
          'context_length_exceeded',
          'Your input exceeds the context window of this model. Please adjust your input and try again.',
        ),
      ),
    ),
);

/** What Cloudflare says to a browser that it does not trust (openclaw/openclaw#66633). */
export const CHALLENGE =
  '<html><head><title>Just a moment...</title></head><body>Enable JavaScript and cookies to continue</body></html>';

const UPSTREAM = 'upstream connect error or disconnect/reset before headers. reset reason: overflow';

const named = (name: string, sentence: string, make: (request: FaultedRequest) => Step[]): Fault =>
  fault(name, sentence, (_steps, request) => [{ do: 'fault', name }, ...make(request)]);
