/** A line as somebody who decodes it would read it. */
export interface View {
  text: string;
  /** Where each character of `text` begins in the line; one more for its end. */
  at: Uint32Array;
}

/** As deep as a secret in JSON in JSON in an address. */
const DEPTH = 4;
/** Where somebody has nested codes in codes. */
const MOST = 60;

/**
 * Every way to read a line: what hides a secret from a pattern (colours in its midst, `\u0040`, `%40`) is undone in
 * one of them. Pure.
 */
export function viewsOf(line: string): View[] {
  const at = Uint32Array.from({ length: line.length + 1 }, (_, index) => index);
  const views = new Map<string, View>();
  let newest = bareViews({ text: line, at });
  for (let depth = 0; depth <= DEPTH && views.size < MOST; depth++) {
    const fresh = newest.filter(({ text }) => !views.has(text));
    for (const view of fresh) views.set(view.text, view);
    newest = fresh.flatMap((view) => bareViews(rewrite(view, ESCAPE, unescaped)));
  }
  return [...views.values()];
}

// biome-ignore-start lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNSEEN =
  /(?:(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)|\u001b[ -/]*[0-~]|[\u0000-\u0008\u000e-\u001f\u007f-\u009f\p{Cf}])+/gu;
// biome-ignore-end lint/suspicious/noControlCharactersInRegex: as above
/** A colour whose escape character was lost on the way into a web page. */
const LOST = /(?:\[\d{1,3}(?:;\d{1,3}){0,5}m)+/g;

/** Without terminal codes and what nobody sees. */
export const bare = (line: string): string => line.replace(UNSEEN, '').replace(/[\r\v\f\u2028\u2029]/g, ' ');

/** Where a token begins that no letter may stand before. */
const START = /^(?:sk-|rt_|xai-|1\/\/|glpat-|npm_|hf_|gsk_|[srp]k_)/;
const LONGEST_START = 6;

/** A code may stand in the midst of a token, between two words, or both in one line. */
const bareViews = (view: View): View[] =>
  without(UNSEEN, view).flatMap((seen) => [seen, ...without(LOST, seen).filter((other) => other !== seen)]);

function without(codes: RegExp, view: View): View[] {
  const joined = rewrite(view, codes, () => '');
  if (joined.text === view.text) return [view];
  const beforeStart = (end: number) =>
    START.test(view.text.slice(end, end + 64 * LONGEST_START).replace(codes, '')) ? ' ' : '';
  return [
    joined,
    rewrite(view, codes, () => ' '),
    rewrite(view, codes, ({ 0: code, index }) => beforeStart(index + code.length)),
  ];
}

const ESCAPE =
  /\\u([0-9a-f]{4})|\\x([0-7][0-9a-f])|%([0-7][0-9a-f])|&#x([0-7]?[0-9a-f]);|&#(\d{1,3});|\\([nrtbf"'/\\])|&(amp|lt|gt|quot);/gi;
const LETTERS: { [letter: string]: string } = { n: '\n', r: '\r', t: '\t', b: ' ', f: ' ' };
const ENTITIES: { [name: string]: string } = { amp: '&', lt: '<', gt: '>', quot: '"' };

function unescaped([, u, x, percent, hex, decimal, letter, entity]: RegExpExecArray): string {
  const code = u ?? x ?? percent ?? hex;
  if (code) return String.fromCharCode(Number.parseInt(code, 16));
  if (decimal) return String.fromCharCode(Number(decimal));
  if (letter) return LETTERS[letter.toLowerCase()] ?? letter;
  return ENTITIES[entity?.toLowerCase() ?? ''] ?? ' ';
}

/** @param by at most one character for each match */
function rewrite({ text, at }: View, what: RegExp, by: (match: RegExpExecArray) => string): View {
  const places = new Uint32Array(text.length + 1);
  const parts: string[] = [];
  let length = 0;
  let from = 0;
  const copy = (until: number) => {
    places.set(at.subarray(from, until), length);
    parts.push(text.slice(from, until));
    length += until - from;
  };
  for (const match of text.matchAll(what)) {
    copy(match.index);
    const character = by(match);
    if (character) places[length++] = at[match.index] ?? 0;
    parts.push(character);
    from = match.index + match[0].length;
  }
  copy(text.length);
  places[length] = at[text.length] ?? 0;
  return { text: parts.join(''), at: places.subarray(0, length + 1) };
}
