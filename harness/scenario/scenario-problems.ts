import { relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { z } from 'zod';
import { messageOf } from '#harness/base/error.ts';
import { plain } from '#harness/base/plain.ts';
import { type Position, placeOf, placeOfWord } from './source-lines.ts';

/** One thing that is wrong with a scenario file. */
export interface Problem extends Partial<Position> {
  /** `setup.model: expected codex/<model> or xai/<model>, found "gpt-5"` */
  sentence: string;
}

/**
 * What is wrong with a scenario file, as far as it can be told, with the places in its source.
 * @param error what loading it threw
 * @param exported its default export, where it has one
 */
export function problemsOf(
  error: unknown,
  file: { path: string; source: string; exported: unknown },
): Problem[] {
  if (error instanceof z.ZodError)
    return error.issues.flatMap((issue) => wrongField(issue, file.source, file.exported));
  const sentence = stripVTControlCharacters(messageOf(error))
    .replaceAll(`${file.path}:`, '')
    .split('\n')
    .filter((line) => line && line !== 'Require stack:');
  return [{ sentence: plain(sentence.slice(0, 2).join(' ')), ...placeOfFailure(error, file) }];
}

function wrongField(issue: z.core.$ZodIssue, source: string, exported: unknown): Problem[] {
  const keys = issue.code === 'unrecognized_keys' ? issue.keys : [];
  if (keys.length > 0) {
    return keys.map((key) => ({
      sentence: `${nameOf([...issue.path, key])}: expected no field of this name, found ${shown(valueAt(exported, [...issue.path, key]))}`,
      ...placeOf(source, [...issue.path, key]),
    }));
  }
  const name = nameOf(issue.path);
  const found = issue.code === 'invalid_key' ? issue.path.at(-1) : valueAt(exported, issue.path);
  return [
    {
      sentence: `${name || 'its default export'}: ${expectation(issue)}, found ${shown(found)}`,
      ...placeOf(source, issue.path),
    },
  ];
}

/** What should stand there; the messages of our own begin with `expected` already. */
function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${issue.expected}`;
    case 'invalid_value':
      return `expected ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
    case 'too_small':
      return `expected ${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}${unitOf(issue.origin)}`;
    case 'too_big':
      return `expected ${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}${unitOf(issue.origin)}`;
    case 'invalid_key':
      return issue.issues[0]?.message ?? issue.message;
    default:
      return issue.message;
  }
}

const unitOf = (origin: string): string =>
  origin === 'array' ? ' entries' : origin === 'string' ? ' characters' : '';

const nameOf = (path: readonly PropertyKey[]): string => path.map((part) => plain(String(part))).join('.');

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, part) =>
      typeof at === 'object' && at !== null ? (at as { [key: PropertyKey]: unknown })[part] : undefined,
    value,
  );
}

const LONGEST = 80;

/** A value for people: nothing that a terminal would obey, and not longer than a line. */
function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'function') return 'a function';
  const text = plain(serialised(value) ?? String(value));
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

function serialised(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

/** Where a file could not be read at all: what the compiler says, else where it threw, else what it wanted to import. */
function placeOfFailure(
  error: unknown,
  { path, source }: { path: string; source: string },
): Partial<Position> {
  const said = `${messageOf(error)}\n${error instanceof Error ? (error.stack ?? '') : ''}`;
  // Vite's compiler names a file that lies near by its way from here.
  const place = placeSaid(said, path) ?? placeSaid(said, relative(process.cwd(), path));
  if (place) return place;
  const wanted = /(?:Cannot find (?:module|package)|export named) ['"]([^'"\n]+)['"]/.exec(said)?.[1];
  return (wanted && placeOfWord(source, wanted.split('/').at(-1) ?? wanted)) || {};
}

/** Where a file was when something that it called was thrown, as far as the stack says. */
export function placeThrown(error: unknown, path: string): Position | undefined {
  const frames = (error instanceof Error ? (error.stack ?? '') : '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line));
  return placeSaid(frames.join('\n'), path) ?? placeSaid(frames.join('\n'), pathToFileURL(path).href);
}

function placeSaid(text: string, path: string): Position | undefined {
  const from = text.indexOf(path);
  const place = from === -1 ? undefined : /^(?:\?[^:]*)?:(\d+):(\d+)/.exec(text.slice(from + path.length));
  return place ? { line: Number(place[1]), column: Number(place[2]) } : undefined;
}
