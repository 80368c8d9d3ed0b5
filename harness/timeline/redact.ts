import type { EventBody } from './events.ts';

export interface Secret {
  value: string;
  label: string;
}

/**
 * Replaces every secret in what the gateway says by its label. Where one is found in a log line or in a chat
 * event, the labels are kept in `leaks`: that somebody could read it there is itself a finding.
 */
export function redact(body: EventBody, secrets: readonly Secret[]): EventBody {
  const serialised = JSON.stringify(body);
  const found = secrets.filter(({ value }) => serialised.includes(value));
  if (found.length === 0) return body;
  const hidden = found.reduce((text, { value, label }) => text.replaceAll(value, `<${label}>`), serialised);
  const clean = JSON.parse(hidden) as EventBody;
  if (clean.kind !== 'gateway.log' && clean.kind !== 'chat.event') return clean;
  return { ...clean, leaks: found.map(({ label }) => label) };
}
