/** A piece of a document that is shown whole or not at all. */
export interface Section {
  /** What it is called where it has to be left out. */
  name: string;
  text: string;
  /** 0 stays; of the others the highest goes first. */
  rank: number;
}

/** GitHub refuses a body of more than 65,536 characters whole; a comment's own words need some of it. */
export const BODY_LIMIT = 60_000;

/**
 * Puts sections together, and leaves out whole ones until the text fits; says which. Pure.
 * @param limit in units of `sizeOf`. @default characters
 */
export function withinLimit(
  sections: readonly Section[],
  limit: number,
  sizeOf: (text: string) => number = (text) => text.length,
): string {
  let kept = sections.filter(({ text }) => text !== '');
  const left: string[] = [];
  for (;;) {
    const text = compose(kept, left, limit);
    const last = kept.toSorted((a, b) => b.rank - a.rank)[0];
    if (sizeOf(text) <= limit || !last || last.rank === 0) return text;
    kept = kept.filter((section) => section !== last);
    left.push(last.name);
  }
}

function compose(kept: readonly Section[], left: readonly string[], limit: number): string {
  const note =
    left.length === 0
      ? []
      : [
          `_Left out, to stay under ${limit.toLocaleString('en')}: ${left.toReversed().join(', ')}. All of it is in \`record.json\`._`,
        ];
  return `${[...kept.map(({ text }) => text), ...note].join('\n\n')}\n`;
}
