import { answer, type Step } from './steps.ts';

/** Why a token endpoint refuses a refresh token for good. */
export type Refusal =
  | 'refresh_token_reused'
  | 'refresh_token_expired'
  | 'refresh_token_invalidated'
  | 'invalid_grant';

/** How a service says what went wrong. */
export interface Words {
  /** The body of an error. */
  error(code: string, message: string): object;
  /** The answer to a refresh token that no retry makes good. */
  refusal(code: Refusal, message: string): Step[];
}

const nested = (code: string, message: string) => ({
  error: { message, type: 'invalid_request_error', param: null, code },
});

/** OpenAI nests what went wrong. The codes of refusals are those that codex-rs tells apart, all of them 401. */
export const openAiWords: Words = {
  error: nested,
  refusal: (code, message) => answer(code === 'invalid_grant' ? 400 : 401, nested(code, message)),
};

/** What OpenAI's proxy puts on every answer. */
export const openAiHeaders = (exchange: number) => ({
  'x-request-id': requestId(exchange),
  'cf-ray': `${(0x9a0000 + exchange).toString(16)}synthetic-AMS`,
});

export const requestId = (exchange: number): string => `req_synthetic_${exchange}`;
