import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { HarnessError } from './error.ts';

export interface JournalForm<Entry> {
  /** Its first line, for a new one. */
  head: object;
  /** Whether a first line is that of this journal; else what it belongs to. */
  belongs: (head: unknown) => true | string;
  /** What a line says, if it is one of this journal. */
  entry: (line: unknown) => Entry | undefined;
}

/**
 * What a journal holds, a line an entry; a new one is begun where there is none.
 * @throws HarnessError `JOURNAL` for a file that is none, or belongs to something else
 */
export function openJournal<Entry>(path: string, { head, belongs, entry }: JournalForm<Entry>): Entry[] {
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${JSON.stringify(head)}\n`);
    return [];
  }
  const text = readFileSync(path, 'utf8');
  const whole = text.endsWith('\n') ? text : text.slice(0, text.lastIndexOf('\n') + 1);
  // A line that a kill has torn was never finished: it goes, so that the next one starts on its own.
  if (whole !== text) writeFileSync(path, whole);
  const [first = '', ...lines] = whole.split('\n').filter(Boolean);
  const owner = belongs(parse(first));
  if (owner !== true) throw unreadable(path, 1, `it is the journal of ${owner}`);
  return lines.map((line, index) => {
    const read = entry(parse(line));
    if (read === undefined) throw unreadable(path, index + 2, 'this line is no probe');
    return read;
  });
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

const unreadable = (path: string, line: number, why: string): HarnessError =>
  new HarnessError(
    'JOURNAL',
    `${path}:${line}: ${why}.`,
    'Fix or remove the file, or name another folder with --output.',
  );
