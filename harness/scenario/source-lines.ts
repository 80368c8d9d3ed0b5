/**
 * Line and column of a field in the source text of a scenario file, both from 1: of the last part of `path` that stands
 * there. Best effort, for people who look for it; what is built by code (a variable, a spread) is not followed.
 */
export function placeOf(source: string, path: readonly PropertyKey[]): Position | undefined {
  const open = startOfDefinition(source);
  if (open === undefined) return undefined;
  let at: number | undefined;
  let container: number | undefined = open;
  for (const part of path) {
    if (container === undefined) break;
    const entry: Entry | undefined =
      typeof part === 'number'
        ? entriesOf(source, container)[part]
        : entriesOf(source, container).findLast(({ key }) => key === part);
    if (!entry) break;
    at = entry.start;
    container = /[[{]/.test(source[entry.value] ?? '') ? entry.value : undefined;
  }
  return positionAt(source, at ?? open);
}

export interface Position {
  line: number;
  column: number;
}

/** Of the first place where a text stands as a word. */
export function placeOfWord(source: string, word: string): Position | undefined {
  const at = source.search(new RegExp(`(?<![\\w$])${word.replace(/[^\w]/g, '\\$&')}(?![\\w$])`));
  return at === -1 ? undefined : positionAt(source, at);
}

function positionAt(source: string, at: number): Position {
  const before = source.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** The brace behind `export default`, or behind `export default defineScenario(`. */
function startOfDefinition(source: string): number | undefined {
  const words: string[] = [];
  for (const { at, text } of tokens(source, 0)) {
    if (text === '{' && /export default( defineScenario \()?$/.test(words.join(' '))) return at;
    words.push(text);
    if (words.length > 4) words.shift();
  }
  return undefined;
}

interface Entry {
  start: number;
  /** Of a property; an element of a list has none. */
  key: string | undefined;
  /** Where its value begins. */
  value: number;
}

/** The properties or elements between the bracket at `open` and its end. */
function entriesOf(source: string, open: number): Entry[] {
  const entries: Entry[] = [];
  let start: number | undefined;
  let depth = 0;
  for (const { at, text } of tokens(source, open + 1)) {
    if (depth === 0 && (text === ',' || /^[\]})]$/.test(text))) {
      if (start !== undefined) entries.push(entryAt(source, start));
      start = undefined;
      if (text !== ',') return entries;
      continue;
    }
    start ??= at;
    if (/^[[{(]$/.test(text)) depth++;
    if (/^[\]})]$/.test(text)) depth--;
  }
  return entries;
}

function entryAt(source: string, start: number): Entry {
  const match = /^(?:async\s+)?(?:([\w$]+)|'([^'\n]*)'|"([^"\n]*)")\s*(:\s*)?/.exec(source.slice(start));
  const [whole = '', plain, single, double, colon] = match ?? [];
  return { start, key: plain ?? single ?? double, value: colon ? start + whole.length : start };
}

/** All that is neither space nor comment; a text in quotes is one token. */
function* tokens(source: string, from: number): Generator<{ at: number; text: string }> {
  TOKEN.lastIndex = from;
  for (let match = TOKEN.exec(source); match; match = TOKEN.exec(source)) {
    const [text] = match;
    if (!/^(\s|\/[/*])/.test(text)) yield { at: match.index, text };
  }
}

const TOKEN =
  /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:\\[\s\S]|[^'\\\n])*'|"(?:\\[\s\S]|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`|[\w$]+|[\s\S]/g;
