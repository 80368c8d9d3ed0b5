import { stripVTControlCharacters } from 'node:util';
import { z } from 'zod';

/** One line of the gateway's log, from whichever of its forms. */
export interface LogLine {
  level?: string;
  subsystem?: string;
  message: string;
  fields?: { [name: string]: unknown };
}

const record = z.record(z.string(), z.unknown());

/** The log file's form: numbered arguments, of which the first may name the subsystem as JSON in a string. */
const fileForm = z
  .object({
    0: z.unknown(),
    1: z.unknown().optional(),
    2: z.unknown().optional(),
    _meta: z.object({ logLevelName: z.string().optional() }).loose(),
  })
  .loose();

/** The console's JSON form (`logging.consoleStyle: "json"`). */
const consoleForm = z
  .object({ level: z.string(), subsystem: z.string().optional(), message: z.string() })
  .loose();

const TEXT_FORM =
  /^(?:\d{4}-\d\d-\d\dT[\d:.]+(?:[+-]\d\d:\d\d|Z)|\d\d:\d\d:\d\d(?:[+-]\d\d:\d\d)?)\s+(?:\[([^\]]+)\]\s*)?(.*)$/s;

export function parseLogLine(line: string): LogLine {
  const plain = stripVTControlCharacters(line).trimEnd();
  return (plain.startsWith('{') ? fromJson(plain) : undefined) ?? parseText(plain);
}

function parseText(line: string): LogLine {
  const match = TEXT_FORM.exec(line);
  if (!match) return { message: line };
  const [, subsystem, message = ''] = match;
  return { message, ...(subsystem && { subsystem }) };
}

function fromJson(line: string): LogLine | undefined {
  const value = parseJson(line);
  const file = fileForm.safeParse(value).data;
  if (file) return fromFile(file);
  const console = consoleForm.safeParse(value).data;
  if (!console) return undefined;
  const { level, subsystem, message, time: _time, ...fields } = console;
  return {
    level,
    message,
    ...(subsystem && { subsystem }),
    ...(Object.keys(fields).length > 0 && { fields }),
  };
}

function fromFile(entry: z.infer<typeof fileForm>): LogLine {
  const name = typeof entry[0] === 'string' ? record.safeParse(parseJson(entry[0])).data : undefined;
  const rest = (name ? [entry[1], entry[2]] : [entry[0], entry[1], entry[2]]).filter(
    (part) => part !== undefined,
  );
  const fields = rest.map((part) => record.safeParse(part).data).find((part) => part !== undefined);
  const message = rest.filter((part) => typeof part === 'string').join(' ');
  const subsystem = name?.subsystem ?? name?.module;
  const level = entry._meta.logLevelName?.toLowerCase();
  return {
    message,
    ...(level && { level }),
    ...(typeof subsystem === 'string' && { subsystem }),
    ...(fields && { fields }),
  };
}

/** `undefined` for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
