import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { HarnessError } from '#harness/error.ts';
import { killQuietly } from '#harness/gateway/processes.ts';

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
 * @throws HarnessError `NO_SPACE` or `INSTALL_FAILED`, with the tail of its output
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
  throw failure(args, code, tail);
}

function failure(args: readonly string[], code: number | null, logTail: string[]): HarnessError {
  // pnpm breaks its lines where it likes.
  const said = logTail.join(' ').replace(/\s+/g, ' ');
  if (/ENOSPC|no ?space left|os error 28/i.test(said)) {
    return new HarnessError(
      'NO_SPACE',
      'harness',
      'There is no space left on the disk of the version store.',
      'Free some (a version takes about 60 MB, the first one 800 MB) or set OPENCLAW_REPRO_STORE to another disk.',
      { logTail },
    );
  }
  const unreachable = /ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT|FETCH_FAIL/i.test(said);
  return new HarnessError(
    unreachable ? 'REGISTRY_UNREACHABLE' : 'INSTALL_FAILED',
    'harness',
    unreachable ? 'The npm registry cannot be reached.' : `pnpm ${args[0]} ended with ${code}.`,
    unreachable ? 'Check the network and `npm config get registry`.' : 'Its last lines are below.',
    { logTail },
  );
}
