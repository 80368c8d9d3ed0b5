import { writeFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { HarnessError, messageOf } from '#harness/base/error.ts';
import { readRecords } from '#harness/record/read-records.ts';
import { type Format, formats, render } from '#reports/formats.ts';
import { refuseRealSecrets } from '#reports/redaction/for-others.ts';

interface Options {
  format: Format;
  output?: string;
}

/** `openclaw-repro report`: shows stored runs again, in any format. */
export function reportCommand(): Command {
  return new Command('report')
    .description('render stored runs for issues, people or machines')
    .argument('<record...>', 'folders or record.json files; two runs of one scenario are compared in html')
    .addOption(new Option('--format <name>', 'what to write').choices(formats).default('markdown'))
    .option('--output <file>', 'write it there instead of to the terminal')
    .action((paths: string[], options: Options) => report(paths, options));
}

function report(paths: readonly string[], { format, output }: Options): void {
  const records = readRecords(paths);
  if (format === 'issue' && !records.some(({ outcome }) => outcome === 'reproduced')) {
    throw new HarnessError(
      'NOTHING_REPRODUCED',
      'None of these runs reproduced anything, so there is no issue to file.',
      'Use --format markdown to see what they say.',
    );
  }
  const text = render(format, records);
  // These are made to be pasted where everybody reads.
  if (format === 'issue' || format === 'markdown') refuseRealSecrets(text);
  if (!output) {
    process.stdout.write(text);
    return;
  }
  try {
    writeFileSync(output, text);
  } catch (error) {
    const advice = 'Name another file with --output.';
    throw new HarnessError('OUTPUT_UNUSABLE', `The report cannot be written: ${messageOf(error)}`, advice);
  }
}
