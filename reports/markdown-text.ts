import { plain } from '#harness/base/plain.ts';

const LINE = 300;

/**
 * Text from outside in running prose: no markup, no pings (`@name`), no links to issues (`#12`, `GH-12`, an address).
 * @see https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls
 */
const safe = (text: string): string =>
  harmless(plain(text))
    .replaceAll('&', '&amp;')
    .replace(/[\\`*_<>[\]|~$]/g, (character) => `\\${character}`)
    .replace(/^(\s*)([-+=#]|\d+[.)](?=\s|$))/, '$1\u200b$2')
    .replace(/([@#])(?=\S)/g, '$1\u200b')
    .replace(/GH-(?=\d)/gi, 'GH\u200b-')
    .replace(/:(?=\/\/)/g, ':\u200b')
    .replace(/www\./gi, 'www\u200b.');

/** The same in a cell of a table, and no longer than a line. */
export const cell = (text: string): string => safe(cut(text));

/** Text from outside as inline code. */
export const code = (text: string): string =>
  `\`${
    harmless(plain(cut(text)))
      .replaceAll('`', "'")
      .replaceAll('|', '¦')
      .trim() || ' '
  }\``;

/** Lines from outside in a fence longer than any run of backticks in them: it cannot be left. */
export function fenced(lines: readonly string[], language = 'text'): string {
  const text = lines
    .map((line) => harmless(plain(cut(line))).replace(/^(?=\s*(#|::))/, '\u00b7 '))
    .join('\n');
  const longest = text.matchAll(/`+/g).reduce((most, [run]) => Math.max(most, run.length), 2);
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

/** Lines from outside, folded; nothing where there are none. */
export const details = (title: string, lines: readonly string[]): string =>
  lines.length === 0 ? '' : `<details><summary>${title}</summary>\n\n${fenced(lines)}\n\n</details>`;

/** Neither a comment for machines, nor a command to a runner of GitHub Actions (`##[error]` works anywhere in a line). */
const harmless = (text: string): string =>
  text.replaceAll('<!--', '<\u200b!--').replaceAll('##[', '#\u200b#[');

const cut = (text: string): string => (text.length > LINE ? `${text.slice(0, LINE)}…` : text);

/** At most so many lines; says how many are left out, and where. */
export function atMost(lines: readonly string[], most: number): string[] {
  if (lines.length <= most) return [...lines];
  const head = Math.ceil((most - 1) / 2);
  const tail = most - 1 - head;
  return [...lines.slice(0, head), `… ${lines.length - head - tail} left out …`, ...lines.slice(-tail)];
}
