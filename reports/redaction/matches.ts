import { isLabel, type Kind, patterns } from './patterns.ts';
import { type View, viewsOf } from './views.ts';

/** A piece of a line that tells a secret, or whose it is. */
export interface Match {
  kind: Kind;
  /** As it reads decoded, so that the same value has the same label however it is written. */
  value: string;
  start: number;
  end: number;
  /** It has the form of a credential. */
  shaped: boolean;
}

/** Everything that is found in one line, however it is written there; in order, nothing overlapping. Pure. */
export function matchesIn(line: string): Match[] {
  const views = viewsOf(line);
  return united(views.flatMap((view) => [...inView(view), ...wrapped(view)]));
}

interface Found extends Match {
  rank: number;
}

function inView({ text, at }: View): Found[] {
  return patterns.flatMap(({ kind, find, keep, shaped = false }, rank) =>
    Array.from(text.matchAll(find)).flatMap((match): Found[] => {
      const value = match.groups?.value ?? match[0];
      if (isLabel(value.trim()) || keep?.(value)) return [];
      const from = match.index + (match.groups ? match[0].lastIndexOf(value) : 0);
      return [{ kind, value, rank, shaped, ...span(at, from, from + value.length) }];
    }),
  );
}

const span = (at: View['at'], start: number, end: number) => ({ start: at[start] ?? 0, end: at[end] ?? 0 });

const BASE64 = /[A-Za-z0-9+/_-]{24,}={0,2}/g;

/** Base64 that hides a secret goes as a whole. */
function wrapped({ text, at }: View): Found[] {
  return Array.from(text.matchAll(BASE64)).flatMap(({ 0: run, index }): Found[] => {
    const inside = [0, 1, 2, 3].flatMap((offset) => insideOf(run.slice(offset)));
    const [first] = inside.toSorted((a, b) => a.rank - b.rank);
    return first ? [{ ...first, value: run, ...span(at, index, index + run.length) }] : [];
  });
}

function insideOf(run: string): Found[] {
  const text = Buffer.from(run, 'base64').toString('latin1');
  const readable = text.replace(/[^\x20-\x7e\t\r\n]/g, '').length;
  return readable < text.length * 0.9 ? [] : inView({ text, at: new Uint32Array() });
}

/** Of what overlaps, the union: nothing of either may stay. */
function united(found: readonly Found[]): Match[] {
  const whole: Found[] = [];
  for (const one of found.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = whole.at(-1);
    if (!last || one.start >= last.end) {
      whole.push({ ...one });
      continue;
    }
    last.end = Math.max(last.end, one.end);
    last.shaped ||= one.shaped;
    const { rank, kind, value } = one;
    if (rank < last.rank) Object.assign(last, { rank, kind, value });
  }
  return whole;
}
