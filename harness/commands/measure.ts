/**
 * `npm run scenarios -- --scenarios stream --versions 2026.4.14`: plays a part of the library on real gateways, with the
 * options of `openclaw-repro matrix`, and puts what was measured into `scenarios/outcomes.json`.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measuredOutcomes, OUTCOMES, withMeasured } from '#harness/matrix/outcomes.ts';
import { matrixResult } from '#harness/matrix/result.ts';
import { loadLibrary } from '#harness/scenario/library.ts';

const output = 'out/measured';
const result = join(output, 'matrix.json');
mkdirSync(output, { recursive: true });
rmSync(result, { force: true });
const cli = fileURLToPath(new URL('../openclaw-repro.mjs', import.meta.url));
const { status } = spawnSync(
  process.execPath,
  [cli, 'matrix', ...process.argv.slice(2), '--output', output],
  {
    stdio: 'inherit',
  },
);
const measured = read();
if (measured) {
  const { scenarios } = await loadLibrary();
  const outcomes = withMeasured(measuredOutcomes(), measured, new Set(scenarios.map(({ name }) => name)));
  writeFileSync(OUTCOMES, `${JSON.stringify(outcomes, undefined, 2)}\n`);
  console.log(`${measured.cells.length} outcomes are now in scenarios/outcomes.json.`);
}
process.exitCode = measured ? 0 : (status ?? 1);

/** `undefined` where the matrix did not come to its end. */
function read() {
  try {
    return matrixResult.parse(JSON.parse(readFileSync(result, 'utf8')));
  } catch {
    return undefined;
  }
}
