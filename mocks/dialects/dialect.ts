import type { Step } from '#mocks/steps.ts';

/** What a stream says that went wrong. Codes: OpenAI's list for `response.failed`, as openai-node types it. */
export interface Failure {
  code: string;
  message: string;
}

/** What of a request an answer to it repeats. */
export interface Echo {
  readonly model?: string;
}

/** How a reply is streamed, and how its stream says what goes wrong. */
export interface Dialect {
  /** Streams `text` word by word; `id` makes the reply's ids. */
  reply(model: string, text: string, id: string): Step[];
  /** The stream's own word for an error. */
  error(failure: Failure): Step[];
  /** The response has failed. */
  failed(request: Echo, failure: Failure): Step[];
  /** The response ends before it is whole. */
  incomplete(request: Echo, reason: 'max_output_tokens' | 'content_filter'): Step[];
  /** An event of a type that no client knows. */
  unknown(request: Echo): Step[];
}
