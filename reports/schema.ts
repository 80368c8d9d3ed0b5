import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { runRecord } from '#harness/record/record.ts';

/** The published JSON Schema of `record.json`. */
export const runRecordSchema = (): string => `${JSON.stringify(z.toJSONSchema(runRecord), undefined, 2)}\n`;

export const schemaFile = fileURLToPath(new URL('run-record.schema.json', import.meta.url));

// `npm run schema` writes the file anew after a change of the record.
if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(schemaFile, runRecordSchema());
