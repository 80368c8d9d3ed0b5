import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

/** One that reads the files of HOME, and one that has them migrated. */
const VERSIONS = ['2026.5.28', '2026.6.11'];

test(`what we put around openclaw ${VERSIONS.join(' and ')} changes nothing of what they say that nobody can explain`, async () => {
  const bench = fileURLToPath(new URL('./bench.ts', import.meta.url));
  const tsx = fileURLToPath(import.meta.resolve('tsx/cli'));
  const args = [tsx, bench, 'start', '--pairs', '1', ...VERSIONS];
  // Ends with 1 where a line is not explained.
  const env = { ...process.env, OPENCLAW_REPRO_BASE_IMAGE: '' };
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  for (const version of VERSIONS) expect(stdout).toMatch(new RegExp(`^${version} +process +[\\d.]+ →`, 'm'));
});
