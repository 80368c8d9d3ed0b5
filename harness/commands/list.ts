import { Command } from 'commander';
import { loadLibrary } from '#harness/scenario/library.ts';

/** `openclaw-repro list`: every scenario by area, with one line each. */
export function listCommand(): Command {
  return new Command('list')
    .description('list the scenarios')
    .option('--json', 'print them as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const { scenarios, broken } = await loadLibrary();
      for (const { error } of broken) console.error(error.message);
      if (json) {
        console.log(JSON.stringify(scenarios.map(({ name, title }) => ({ name, title }))));
        return;
      }
      const width = Math.max(...scenarios.map(({ name }) => name.length));
      for (const { name, title } of scenarios) console.log(`${name.padEnd(width)}  ${title}`);
    });
}
