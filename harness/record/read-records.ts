import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { HarnessError, messageOf } from '#harness/base/error.ts';
import { type RunRecord, runRecord } from './record.ts';

const MEGABYTE = 1024 * 1024;
/** A run of 10,000 events writes some 3 MB. */
const LARGEST_MB = 128;
const MOST = 1_000;
const ADVICE = 'Name record.json files, or folders that `openclaw-repro run` has written.';

/**
 * Reads the records that files and folders hold.
 * @throws HarnessError for what is no record, with one sentence that says why
 */
export function readRecords(paths: readonly string[]): [RunRecord, ...RunRecord[]] {
  const files = [...new Set(paths.flatMap(filesIn))];
  if (files.length > MOST) {
    throw bad(`There are ${files.length} records there, and a report takes ${MOST} at the most.`);
  }
  const [first, ...rest] = files.map(readRecord);
  if (!first) throw bad('No record was named.');
  return [first, ...rest];
}

function filesIn(path: string): string[] {
  const about = stat(path);
  if (about.isFile()) return [path];
  if (!about.isDirectory()) throw bad(`${path} is neither a file nor a folder.`);
  const found = globSync('**/record.json', { cwd: path })
    .toSorted()
    .map((file) => join(path, file));
  if (found.length === 0) throw bad(`There is no record.json in ${path}.`);
  return found;
}

function readRecord(file: string): RunRecord {
  const { size } = stat(file);
  if (size > LARGEST_MB * MEGABYTE) {
    throw bad(`${file} has ${Math.round(size / MEGABYTE)} MB; a record has at most ${LARGEST_MB} MB.`);
  }
  const parsed = runRecord.safeParse(parse(file));
  if (!parsed.success) throw bad(`${file} is no record of a run: ${firstFault(parsed.error)}.`);
  return parsed.data;
}

function parse(file: string): unknown {
  let data: unknown;
  try {
    data = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw bad(`${file} is no record of a run: ${messageOf(error).split('\n')[0]}.`, error);
  }
  const { schema } = z.object({ schema: z.number() }).catch({ schema: 1 }).parse(data);
  if (schema !== 1) {
    const advice = 'Use the openclaw-repro that wrote it, or run it again with this one.';
    throw new HarnessError(
      'OTHER_SCHEMA',
      `${file} has schema ${schema}, and this openclaw-repro reads 1.`,
      advice,
    );
  }
  return data;
}

function firstFault({ issues: [issue] }: z.ZodError): string {
  const path = issue?.path.map(String).join('.');
  return `${path ? `${path}: ` : ''}${issue?.message ?? 'unknown'}`;
}

function stat(path: string) {
  try {
    return statSync(path);
  } catch (error) {
    throw bad(`${path} cannot be read: ${messageOf(error)}.`, error);
  }
}

const bad = (message: string, cause?: unknown): HarnessError =>
  new HarnessError('NO_RECORD', message, ADVICE, { cause });
