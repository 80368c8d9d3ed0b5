import { Command } from 'commander';
import { sizeText } from '#harness/store/disk.ts';
import { VersionStore } from '#harness/store/version-store.ts';
import { startStatus } from '#harness/terminal/status.ts';
import { type Published, versionsIn } from '#harness/versions/ranges.ts';
import { kindOf } from '#harness/versions/version.ts';

/** `openclaw-repro versions`: what is published, in the order of release, and what lies ready in the store. */
export function versionsCommand(): Command {
  return new Command('versions')
    .description('list the published versions in the order of their release')
    .argument('[range]', 'all, finals, betas, latest-20, 2026.4.12..2026.5.2, >=2026.4', 'all')
    .option('--json', 'print them as JSON')
    .action(async (range: string, { json }: { json?: boolean }) => {
      const store = new VersionStore();
      const rows = await rowsOf(range, store);
      if (json) return void console.log(JSON.stringify(rows));
      for (const { version, kind, tags, prepared, added } of rows) {
        const size = added === undefined ? '' : sizeText(added);
        const state = prepared ? `prepared ${size.padStart(7)}` : ' '.repeat(16);
        const line = `${version.padEnd(20)} ${kind.padEnd(10)} ${state}  ${tags.join(', ')}`;
        console.log(line.trimEnd());
      }
    });
}

async function rowsOf(range: string, store: VersionStore) {
  using status = startStatus();
  status.set('registry', 'asking the registry');
  const published = await store.published();
  return versionsIn(range, published).map((version) => ({
    version,
    kind: kindOf(version),
    tags: tagsOf(version, published),
    prepared: store.holds(version),
    added: store.added(version),
  }));
}

const tagsOf = (version: string, { tags }: Published): string[] =>
  Object.keys(tags).filter((tag) => tags[tag] === version);
