import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { HarnessError } from '#harness/base/error.ts';
import type { ErrorCode } from '#harness/base/error-codes.ts';
import { killQuietly } from '#harness/base/processes.ts';

const PNPM = fileURLToPath(new URL('bin/pnpm.mjs', import.meta.resolve('pnpm/package.json')));
const TAIL = 20;

export interface PnpmOptions {
  cwd: string;
  signal?: AbortSignal;
  /** Called with each line that pnpm prints. */
  onLine?: (line: string) => void;
}

/**
 * Runs the pnpm that comes with the project.
 * @returns its standard output
 * @throws HarnessError that names the reason, with the tail of its output
 */
export async function pnpm(args: readonly string[], { cwd, signal, onLine }: PnpmOptions): Promise<string> {
  const child = spawn(process.execPath, [PNPM, ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, CI: 'true', NO_COLOR: '1' },
    // The launcher has the real program as its child: only the group as a whole can be ended.
    detached: true,
  });
  const stop = () => child.pid && killQuietly(-child.pid, 'SIGKILL');
  signal?.addEventListener('abort', stop);
  process.on('exit', stop);
  const lines: string[] = [];
  const tail: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      if (stream === child.stdout) lines.push(line);
      if (line.trim() && tail.push(line) > TAIL) tail.shift();
      onLine?.(line);
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  }).finally(() => {
    signal?.removeEventListener('abort', stop);
    process.off('exit', stop);
  });
  signal?.throwIfAborted();
  if (code === 0) return lines.join('\n');
  throw failureOf(code, tail);
}

interface Reason {
  said: RegExp;
  code: ErrorCode;
  /** `$1` stands for what `said` has caught. */
  message: string;
  advice: string;
}

/** How pnpm 12 says what went wrong, as seen from it; the first that fits. */
const REASONS: readonly Reason[] = [
  {
    said: /ENOSPC|no ?space left|os error 28/i,
    code: 'NO_SPACE',
    message: 'There is no space left on the disk of the version store.',
    advice: 'Free some (`openclaw-repro store gc`), or set OPENCLAW_REPRO_STORE to another disk.',
  },
  {
    said: /No matching version found for (\S+)|Failed to resolve (\S+@\S+)/,
    code: 'DEPENDENCY_UNPUBLISHED',
    message: 'Nobody can install this version: it needs $1, which is not published.',
    advice: 'Test another version.',
  },
  {
    said: /Integrity check failed/,
    code: 'INTEGRITY',
    message: 'The registry sent something else than it announces: the integrity of a package does not match.',
    advice: 'Do not trust this package; try another registry or a clean OPENCLAW_REPRO_STORE.',
  },
  {
    said: /HTTP 404 for (\S+)/,
    code: 'PACKAGE_MISSING',
    message: 'The registry does not have a package that it announces: $1.',
    advice: 'Test another version, or look at `npm config get registry`.',
  },
  {
    said: /HTTP (429|5\d\d)/,
    code: 'REGISTRY_BUSY',
    message: 'The npm registry answered $1, several times.',
    advice: 'Try again in a while.',
  },
  {
    said: /HTTP (40[13])/,
    code: 'REGISTRY_REFUSED',
    message: 'The npm registry answered $1.',
    advice: 'Check `npm config get registry` and your access to it.',
  },
  {
    said: /end of file before message length|reading a body from connection/,
    code: 'REGISTRY_BROKE_OFF',
    message: 'The npm registry broke off in the middle of a package, several times.',
    advice: 'Try again; if it stays so, look at what lies between here and `npm config get registry`.',
  },
  {
    said: /ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT|error sending request|dns error/i,
    code: 'REGISTRY_UNREACHABLE',
    message: 'The npm registry cannot be reached.',
    advice: 'Check the network and `npm config get registry`.',
  },
];

/** @param logTail the last lines that pnpm printed */
export function failureOf(code: number | null, logTail: readonly string[]): HarnessError {
  // pnpm breaks its lines where it likes.
  const said = logTail.join(' ').replace(/\s+/g, ' ');
  for (const reason of REASONS) {
    const found = reason.said.exec(said);
    if (!found) continue;
    const what = found.slice(1).find(Boolean) ?? '';
    const message = reason.message.replace('$1', what);
    return new HarnessError(reason.code, message, reason.advice, { logTail });
  }
  return new HarnessError('INSTALL_FAILED', `pnpm ended with ${code}.`, 'Its last lines are below.', {
    logTail,
  });
}
