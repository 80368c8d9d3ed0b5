/**
 * `npm run mutants [-- --version 2026.4.14] [defect…]`: puts defects that users would meet into a copy of a real package,
 * one at a time, and says which check finds each. One that is missed is a check that is missing or weak.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { HarnessError } from '#harness/base/error.ts';
import { Batch } from '#harness/batch/batch.ts';
import type { Gateway } from '#harness/gateway/gateway.ts';
import { PreparedStates } from '#harness/gateway/prepared/prepared-states.ts';
import { ProcessGateway } from '#harness/gateway/process/process-gateway.ts';
import type { RunRecord } from '#harness/record/record.ts';
import { loadLibrary, only, select } from '#harness/scenario/library.ts';
import type { Scenario } from '#harness/scenario/scenario.ts';
import { clearLeftovers } from '#harness/store/run-folder.ts';
import { VersionStore } from '#harness/store/version-store.ts';
import { onInterrupt } from '#harness/terminal/interrupt.ts';
import type { CheckId } from '#harness/verdict/checks/ids.ts';
import { copyOf } from './copy.ts';
import { type Mutant, mutants } from './mutants.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    version: { type: 'string', multiple: true, default: ['2026.4.14', '2026.9.6'] },
    jobs: { type: 'string', default: '2' },
  },
});
const chosen = mutants.filter(({ defect }) => positionals.length === 0 || positionals.includes(defect));
using interrupt = onInterrupt(() => console.error('Stopping the gateways. Press Ctrl-C again to quit now.'));
const library = await loadLibrary();
const store = new VersionStore();
clearLeftovers(store.runs);
const batch = new Batch({
  jobs: Number(values.jobs),
  signal: interrupt.signal,
  play: { runs: store.runs, states: new PreparedStates(store.states) },
  progress: (label, text) => text && console.error(`  ${label}: ${text}`),
});
let missed = 0;
try {
  for (const version of values.version) missed += await playOn(version);
  process.exitCode = missed > 0 ? 1 : 0;
} catch (error) {
  if (!(error instanceof HarnessError)) throw error;
  console.error(`${error.message} ${error.advice}`);
  process.exitCode = error.exitCode;
}

async function playOn(version: string): Promise<number> {
  const prepared = await store.prepare(version, (text) => console.error(text));
  using copy = copyOf(prepared, join(store.folder, 'mutants'));
  const stock = new ProcessGateway(prepared);
  const play = async (scenario: Scenario, gateway: Gateway, label: string) =>
    (await batch.play({ scenario, gateway, label, fresh: true })).record;
  // Mutants with the same scenario share what the stock package does there.
  const healthy = new Map<string, Promise<RunRecord>>();
  const onStock = (mutant: Mutant): Promise<RunRecord> => {
    const key = JSON.stringify([mutant.scenario, mutant.setup]);
    const known = healthy.get(key) ?? play(asked(mutant), stock, `${mutant.scenario} on ${version}`);
    healthy.set(key, known);
    return known;
  };
  await Promise.all(chosen.map(onStock));
  const rows = await Promise.all(
    chosen.map(async (mutant) => {
      const gateway = new ProcessGateway(copy.with(mutant.defect));
      const record = await play(asked(mutant), gateway, `${mutant.defect} on ${version}`);
      const found = row(mutant, record, await onStock(mutant));
      console.log(`${version.padEnd(10)} ${found.text}`);
      return found;
    }),
  );
  const lost = rows.filter(({ found }) => !found).length;
  console.log(`${version}: ${rows.length - lost} of ${rows.length} defects found.`);
  return lost;
}

/** With checks that not every scenario asks for: what a defect does there must be seen as well. */
function asked({ scenario: name, setup, foundBy }: Mutant): Scenario {
  const scenario = only(select(library, [name]), name);
  const checks = new Set<CheckId>([...scenario.checks, 'history-is-true']);
  if (foundBy.includes('fallback-order')) checks.add('fallback-order');
  return { ...scenario, setup: { ...scenario.setup, ...setup }, checks: [...checks] };
}

function row({ defect, foundBy }: Mutant, mutated: RunRecord, stock: RunRecord) {
  const by = (record: RunRecord) => record.findings.find(({ check }) => foundBy.includes(check));
  const finding = by(mutated);
  const falsely = by(stock);
  const at = mutated.timeline[Math.max(-1, ...(finding?.evidence ?? []))]?.at;
  const says = finding
    ? `${finding.check} after ${Math.round((at ?? 0) / 1000)} s${falsely ? ' (the stock package too)' : ''}: ${finding.sentence}`
    : `MISSED: ${mutated.outcome}: ${mutated.verdict} ${mutated.error?.logTail.at(-1) ?? ''}`;
  return { found: finding !== undefined && !falsely, text: `${defect.padEnd(26)} ${says}` };
}
