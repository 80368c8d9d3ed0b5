import { Command } from 'commander';
import { exitCodes, HarnessError } from '#harness/base/error.ts';
import { VersionStore } from '#harness/store/version-store.ts';
import { onInterrupt } from '#harness/terminal/interrupt.ts';
import { startStatus } from '#harness/terminal/status.ts';
import { versionsIn } from '#harness/versions/ranges.ts';

/** `openclaw-repro prepare`: installs versions ahead, so that runs need no registry. `done` is told the exit code. */
export function prepareCommand(done: (exitCode: number) => void): Command {
  return new Command('prepare')
    .description('install versions into the store, so that runs need no network')
    .argument('<range>', '2026.4.12..2026.5.2, finals, latest-20, 2026.4.14')
    .action(async (range: string) => done(await prepare(range)));
}

/** One version that could not be prepared does not stop the others. */
async function prepare(range: string): Promise<number> {
  using status = startStatus();
  using interrupt = onInterrupt(() => status.say('Stopping. What is installed stays.'));
  const { signal } = interrupt;
  const store = new VersionStore();
  status.set('store', 'asking the registry');
  const versions = versionsIn(range, await store.published(signal));
  let failed = 0;
  for (const [index, version] of versions.entries()) {
    const place = `${index + 1} of ${versions.length}`;
    const started = performance.now();
    try {
      await store.prepare(version, (text) => status.set('store', `${place}: ${text}`), signal);
      status.say(`prepared  ${version.padEnd(20)} ${((performance.now() - started) / 1000).toFixed(1)} s`);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof HarnessError) || ENDS_ALL.has(error.code)) throw error;
      failed++;
      status.say(`failed    ${version.padEnd(20)} ${error.code} ${error.message}`);
    }
  }
  status.clear('store');
  console.log(`${versions.length - failed} of ${versions.length} versions lie in ${store.folder}.`);
  return failed > 0 ? exitCodes.untestable : exitCodes.clean;
}

/** What the next version would meet too. */
const ENDS_ALL = new Set(['NO_SPACE', 'STORE_UNUSABLE', 'REGISTRY_UNREACHABLE', 'REGISTRY_REFUSED']);
