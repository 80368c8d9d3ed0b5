import { type Blame, blameOf, type ErrorCode } from './error-codes.ts';

/** Exit codes of the commands; `git bisect run` understands them. */
export const exitCodes = { clean: 0, reproduced: 1, untestable: 125, wrongCall: 128, harness: 129 } as const;

export const EXIT_CODE: { [blame in Blame]: number } = {
  call: exitCodes.wrongCall,
  gateway: exitCodes.untestable,
  harness: exitCodes.harness,
};

/**
 * Every failure that people are told about: a stable code, what happened, and what to do next.
 * @example new HarnessError('UNKNOWN_VERSION', 'openclaw 2026.4.13 was never published.', 'Did you mean 2026.4.12?')
 */
export class HarnessError extends Error {
  readonly code: ErrorCode;
  readonly blame: Blame;
  readonly advice: string;
  /** The last lines of a log, where there is one. */
  readonly logTail: readonly string[];

  constructor(
    code: ErrorCode,
    message: string,
    advice: string,
    options: { cause?: unknown; logTail?: readonly string[] } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'HarnessError';
    this.code = code;
    this.blame = blameOf[code];
    this.advice = advice;
    this.logTail = options.logTail ?? [];
  }

  get exitCode(): number {
    return EXIT_CODE[this.blame];
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Failures of the place where all runs keep their files. */
const ENDS_ALL = new Set(['NO_SPACE', 'STORE_UNUSABLE', 'ENOSPC', 'EDQUOT', 'EROFS']);

/** Whether after this failure no other run could go on either. */
export const endsAll = (error: unknown): boolean => ENDS_ALL.has(errnoOf(error) ?? '');

/** The system's own code of a failure (`ENOSPC`), where it has one. */
export const errnoOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
