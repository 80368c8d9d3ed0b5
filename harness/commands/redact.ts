import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Command } from 'commander';
import { errnoOf, HarnessError, messageOf } from '#harness/base/error.ts';
import { LONGEST_LINE, Redactor } from '#reports/redaction/redactor.ts';

/** `openclaw-repro redact`: makes a log fit to be shown. */
export function redactCommand(): Command {
  return new Command('redact')
    .description(
      'replace secrets, names and addresses in a log with labels (EMAIL-1), so that you can share it',
    )
    .argument('[file]', 'the log (default: standard input)')
    .addHelpText('after', '\nExample:\n  $ openclaw logs | openclaw-repro redact > for-the-issue.txt')
    .action(redact);
}

async function redact(file?: string): Promise<void> {
  const input = file === undefined ? process.stdin : createReadStream(file);
  try {
    await pipeline(input, redactedLines, process.stdout, { end: false });
  } catch (error) {
    if (errnoOf(error) === 'EPIPE') return;
    throw new HarnessError(
      'UNREADABLE',
      `The log cannot be read: ${messageOf(error)}.`,
      'Name a file, or pipe the log in.',
      { cause: error },
    );
  }
}

async function* redactedLines(input: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const redactor = new Redactor();
  for await (const line of linesOf(input)) {
    const clean = redactor.line(line);
    if (clean !== undefined) yield `${clean}\n`;
  }
}

/** Holds no more of a line than the redactor would read: one without an end must not fill the memory. */
async function* linesOf(input: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of input) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = (lines.pop() ?? '').slice(0, LONGEST_LINE + 1);
    yield* lines;
  }
  if (rest) yield rest;
}
