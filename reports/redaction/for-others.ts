import { HarnessError } from '#harness/base/error.ts';
import type { RunRecord } from '#harness/record/record.ts';
import { matchesIn } from './matches.ts';
import { type Kind, personal } from './patterns.ts';
import { Redactor } from './redactor.ts';

/**
 * A record without what tells on whose machine it was made. The secrets of a run are its own and stay: they tell one
 * token from the other.
 */
export function withoutPersons(record: RunRecord): RunRecord {
  const redactor = new Redactor(personal);
  // Most of a timeline is the same few words.
  const known = new Map<string, string>();
  const cleanText = (text: string): string => {
    const clean = known.get(text) ?? redactor.text(text);
    known.set(text, clean);
    return clean;
  };
  const clean = (value: unknown): unknown => {
    if (typeof value === 'string') return cleanText(value);
    if (Array.isArray(value)) return value.map(clean);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [cleanText(key), clean(item)]));
  };
  return clean(record) as RunRecord;
}

/**
 * Every secret that a run uses is synthetic and says so; another one is somebody's own, and no report may show it.
 * @throws HarnessError `REAL_SECRET`; does not repeat it
 */
export function refuseRealSecrets(text: string): void {
  const found = text
    .split('\n')
    .flatMap((line, index) => realSecretsIn(line).map((kind) => ({ kind, line: index + 1 })));
  const [first] = found;
  if (!first) return;
  throw new HarnessError(
    'REAL_SECRET',
    `The report holds what looks like a real ${first.kind} (line ${first.line}${found.length > 1 ? `, and ${found.length - 1} more` : ''}); those of a run all carry the word "synthetic".`,
    'Do not post it. Find out how it came into the gateway, and revoke it.',
  );
}

const realSecretsIn = (line: string): Kind[] =>
  matchesIn(line).flatMap(({ shaped, kind, value }) => (shaped && !isSynthetic(value) ? [kind] : []));

const isSynthetic = (value: string): boolean =>
  /synthetic/i.test(value) ||
  value.split('.').some((part) => Buffer.from(part, 'base64url').includes('synthetic'));
