import { matchesIn } from './matches.ts';
import { type Kind, kinds } from './patterns.ts';
import { bare } from './views.ts';

/** Longer ones hold no log line that somebody could read; they are left out whole. Characters. */
export const LONGEST_LINE = 256 * 1024;

const PEM_BEGINS = /-----BEGIN [A-Z0-9 ]{1,40}-----/;
const PEM_ENDS = /-----END [A-Z0-9 ]{1,40}-----/;
const PEM_BODY = /^[\s"',\\nr+>|]*(?:[A-Za-z0-9+/=]+|(?:Proc-Type|DEK-Info): .*)?[\s"',\\nr+]*$/;
const RUN = /[A-Za-z0-9+/=]{40,}/g;
/** A token that a terminal has broken at its edge goes on alone at the start of the next line. */
const BROKEN_OFF = /^[\w.~+/=-]{8,}(?=["',;)\]}]*\s*$)/;

/**
 * Replaces secrets and what tells whose log it is by labels (`EMAIL-1`): the same value has the same label as long as
 * the redactor lives. Lines are given one after the other, as keys go over several. What it returns it leaves as it is.
 */
export class Redactor {
  readonly #kinds: readonly Kind[];
  readonly #labels = new Map<string, string>();
  readonly #counts = new Map<Kind, number>();
  /** What the line before left open: a key, or a token that reached its end. */
  #open: { kind: 'key' | 'token'; label: string } | undefined;

  /** @param replaced what is replaced. @default everything */
  constructor(replaced: readonly Kind[] = kinds) {
    this.#kinds = replaced;
  }

  /** A text of any number of lines. */
  text(text: string): string {
    const clean = text.split('\n').flatMap((line) => this.line(line) ?? []);
    this.#open = undefined;
    return clean.join('\n');
  }

  /** One line, without its end; `undefined` where nothing is left of it. */
  line(raw: string): string | undefined {
    if (raw.length > LONGEST_LINE) return `[a line of more than ${LONGEST_LINE / 1024} KB is left out]`;
    const open = this.#open;
    this.#open = undefined;
    if (open?.kind === 'key') return this.#inKey(raw, open.label);
    const goesOn = open && BROKEN_OFF.test(bare(raw));
    return this.#clean(goesOn ? bare(raw).replace(BROKEN_OFF, open.label) : raw);
  }

  #inKey(raw: string, label: string): string | undefined {
    const line = bare(raw);
    const end = PEM_ENDS.exec(line);
    if (end) return this.#clean(line.slice(end.index + end[0].length)) || undefined;
    const without = line.replace(RUN, label);
    const goesOn = PEM_BODY.test(line);
    if (goesOn || without !== line) this.#open = { kind: 'key', label };
    return goesOn ? undefined : this.#clean(without);
  }

  #clean(raw: string): string {
    let line = raw;
    // What is left may read as something new beside a label.
    for (let round = 0; round < 8; round++) {
      const next = this.#once(line);
      if (next === line) break;
      line = next;
    }
    return line;
  }

  #once(line: string): string {
    let clean = '';
    let from = 0;
    for (const { kind, value, start, end, shaped } of matchesIn(line)) {
      if (!this.#kinds.includes(kind)) continue;
      const label = this.#labelOf(kind, value);
      clean += line.slice(from, start) + label;
      from = end;
      const begun = PEM_BEGINS.test(value) && !PEM_ENDS.test(value);
      if (begun) this.#open = { kind: 'key', label };
      else if (shaped && line.slice(end).trim() === '' && start > 0) this.#open = { kind: 'token', label };
    }
    return bare(clean + line.slice(from));
  }

  #labelOf(kind: Kind, value: string): string {
    const key = `${kind} ${/EMAIL|HOST/.test(kind) ? value.toLowerCase() : value}`;
    const known = this.#labels.get(key);
    if (known) return known;
    const number = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, number);
    const label = `${kind}-${number}`;
    this.#labels.set(key, label);
    return label;
  }
}
