/** A JSON object, in a file or on its way into one. */
export type Fields = { [name: string]: unknown };

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** As RFC 7396 merges: what is not an object replaces, `null` takes away. */
export function patched(base: unknown, patch: Fields): Fields {
  const merged: Fields = isFields(base) ? { ...base } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = isFields(value) ? patched(merged[key], value) : value;
  }
  return merged;
}

/** What a file holds; one that is not there holds nothing. @throws SyntaxError */
export const parsed = (text: string | undefined): unknown => (text === undefined ? {} : JSON.parse(text));

export const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;
