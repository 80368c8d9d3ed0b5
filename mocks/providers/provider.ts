import type { RequestHandler } from 'msw';
import type { MockContext } from '#mocks/context.ts';
import type { UpgradeHandler } from '#mocks/server.ts';
import type { ProviderName } from '#mocks/targets.ts';
import type { Words } from '#mocks/words.ts';

/** An imitated service as one value: where it is, what it serves, and how it says what went wrong. */
export interface Provider {
  readonly name: ProviderName;
  /** What people call it, as in "Codex answers 503". */
  readonly title: string;
  readonly host: string;
  /** Where it is besides, with the same routes. */
  readonly otherHosts?: readonly string[];
  readonly words: Words;
  /** What it puts on every answer, by the exchange: a log line or an error that names one can be followed to it. */
  headers(exchange: number): { [name: string]: string };
  /** What it serves; every other path of its host is unknown to it. */
  routes(context: MockContext): RequestHandler[];
  /** Takes WebSockets. @default they are refused with 426 */
  webSockets?(context: MockContext): UpgradeHandler;
}
