import type { EventBody } from './events.ts';

export interface Secret {
  value: string;
  label: string;
}

/** `undefined` for what is nested too deeply to be written down. */
function serialise(body: EventBody): string | undefined {
  try {
    return JSON.stringify(body);
  } catch {
    return undefined;
  }
}

function withoutFields(body: EventBody): EventBody {
  if (body.kind !== 'gateway.log') return body;
  const { fields: _fields, ...rest } = body;
  return rest;
}

/** The same for a text on its own. */
export const conceal = (text: string, secrets: readonly Secret[]): string =>
  secrets.reduce((rest, { value, label }) => rest.replaceAll(value, `<${label}>`), text);

/**
 * Replaces every secret in what the gateway says by its label. Where one is found in a log line, in a
 * command's output or in a chat event, the labels are kept in `leaks`: that somebody could read it there is itself a finding.
 */
export function redact(body: EventBody, secrets: readonly Secret[]): EventBody {
  const serialised = serialise(body);
  if (serialised === undefined) return withoutFields(body);
  const found = secrets.filter(({ value }) => serialised.includes(value));
  if (found.length === 0) return body;
  const hidden = conceal(serialised, found);
  const clean = JSON.parse(hidden) as EventBody;
  if (clean.kind !== 'gateway.log' && clean.kind !== 'gateway.cli' && clean.kind !== 'chat.event')
    return clean;
  return { ...clean, leaks: found.map(({ label }) => label) };
}
