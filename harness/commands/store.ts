import { Command, InvalidArgumentError } from 'commander';
import { counted } from '#harness/base/plain.ts';
import { parseSize, sizeText } from '#harness/store/disk.ts';
import { collectGarbage } from '#harness/store/gc.ts';
import { VersionStore } from '#harness/store/version-store.ts';
import { startStatus } from '#harness/terminal/status.ts';

/** `openclaw-repro store`: the versions on this machine's disk. */
export function storeCommand(): Command {
  const command = new Command('store').description('manage the versions on this machine’s disk');
  command
    .command('gc')
    .description('remove the least recently used versions')
    .requiredOption('--keep <size>', 'how much all versions may take together: 20GB, 500MB', size)
    .action(async ({ keep }: { keep: number }) => {
      using status = startStatus();
      const store = new VersionStore();
      const { removed, before, after } = await collectGarbage(store, keep, (text) =>
        status.set('store', text),
      );
      status.clear('store');
      for (const version of removed) console.log(`removed  ${version}`);
      console.log(
        `${counted(removed.length, 'version')} removed, ${sizeText(before - after)} freed; ` +
          `the others take ${sizeText(after)} in ${store.folder}.`,
      );
    });
  return command;
}

function size(text: string): number {
  const bytes = parseSize(text);
  if (bytes === undefined) throw new InvalidArgumentError('Expected a size: 20GB, 500MB.');
  return bytes;
}
