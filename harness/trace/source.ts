import { HarnessError } from '#harness/base/error.ts';

const WIDTH = 110;

/** A piece of TypeScript that is put on one line where it fits, and else opened, as Biome lays it out. */
export type Source = string | Group;

interface Group {
  readonly open: string;
  readonly items: readonly Source[];
  readonly close: string;
  /** Stands before and behind the items on one line: a space in `{ a: 1 }`. */
  readonly pad: '' | ' ';
  /** Opened also where it would fit. */
  readonly opened: boolean;
  /** The last item is opened alone where that is enough: `status(403, {`. */
  readonly hugs: boolean;
}

const group = (open: string, items: readonly Source[], close: string, how: Partial<Group> = {}): Group => ({
  open,
  items,
  close,
  pad: '',
  opened: false,
  hugs: false,
  ...how,
});

export const callOf = (name: string, args: readonly Source[]): Source => {
  const last = args.at(-1);
  if (args.length === 0) return `${name}()`;
  return group(`${name}(`, args, ')', { hugs: typeof last === 'object' && /[[{]$/.test(last.open) });
};

export const listOf = (items: readonly Source[]): Source =>
  items.length === 0 ? '[]' : group('[', items, ']', { opened: items.length > 1 && items.every(isTable) });

/** Biome opens a list of objects, or of lists, that hold more than one thing each. */
const isTable = (item: Source): boolean =>
  typeof item === 'object' && /^[[{]$/.test(item.open) && item.items.length > 1;

/** @param before what stands in front of it on its line, as `await `; @param after what follows, as `;` */
export function lay(source: Source, indent: number, before = '', after = ''): string {
  const flat = oneLine(source);
  const fits = (text: string) =>
    !text.includes('\n') && indent + before.length + text.length + after.length <= WIDTH;
  if (typeof source === 'string') return `${before}${source}${after}`;
  if (flat !== undefined && fits(flat)) return `${before}${flat}${after}`;
  const { open, items, close, hugs } = source;
  if (hugs) {
    const head = items.slice(0, -1).map(oneLine);
    const start = `${before}${open}${head.map((item) => `${item}, `).join('')}`;
    const last = items.at(-1);
    if (last && !head.includes(undefined) && indent + start.length < WIDTH)
      return lay(last, indent, start, `${close}${after}`);
  }
  const inner = indent + 2;
  const lines = items.map((item) => `${' '.repeat(inner)}${layItem(item, inner)},`);
  return `${before}${open}\n${lines.join('\n')}\n${' '.repeat(indent)}${close}${after}`;
}

const layItem = (item: Source, indent: number): string => {
  // A text that is too long for its line goes below its name.
  const [, key, text] = (typeof item === 'string' && /^([\w']+: )('.*'|".*")$/s.exec(item)) || [];
  if (key && text && indent + key.length + text.length + 1 > WIDTH)
    return `${key.trimEnd()}\n${' '.repeat(indent + 2)}${text}`;
  return lay(item, indent, '', '');
};

function oneLine(source: Source): string | undefined {
  if (typeof source === 'string') return source.includes('\n') ? undefined : source;
  if (source.opened) return undefined;
  const items = source.items.map(oneLine);
  return items.includes(undefined)
    ? undefined
    : `${source.open}${source.pad}${items.join(', ')}${source.pad}${source.close}`;
}

/** @param of turns what is no plain data into source, where it can */
export function literal(value: unknown, of: (value: object) => Source | undefined = () => undefined): Source {
  switch (typeof value) {
    case 'string':
      return quoted(value);
    case 'number':
      return numeral(value);
    case 'boolean':
    case 'undefined':
      return String(value);
    case 'object':
    case 'function': {
      if (value === null) return 'null';
      const known = of(value);
      if (known !== undefined) return known;
      if (Array.isArray(value)) return listOf(value.map((one) => literal(one, of)));
      if (typeof value === 'object' && isPlain(value)) return record(value, (one) => literal(one, of));
    }
  }
  throw new HarnessError(
    'NOT_PRINTABLE',
    `A ${typeof value === 'object' ? 'value that is no plain data' : typeof value} cannot be printed in a scenario file.`,
    'Scenarios that are printed hold plain data, and faults made by the functions of mocks/faults.ts.',
  );
}

/** @param opened one item a line, also where all would fit on one */
export const objectOf = (fields: readonly Source[], opened = false): Source =>
  fields.length === 0 ? '{}' : group('{', fields, '}', { pad: ' ', opened });

const record = (value: object, of: (value: unknown) => Source): Source =>
  objectOf(
    Object.entries(value)
      .filter(([, one]) => one !== undefined)
      .map(([key, one]) => field(key, of(one))),
  );

/** `key: value`, in which the value may be opened. */
export function field(key: string, value: Source): Source {
  const name = /^[A-Za-z_$][\w$]*$/.test(key) ? key : quoted(key);
  return typeof value === 'string' ? `${name}: ${value}` : { ...value, open: `${name}: ${value.open}` };
}

const isPlain = (value: object): boolean =>
  [Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null);

/** In single quotes, but where double ones need less escaping. */
function quoted(text: string): string {
  const escaped = JSON.stringify(text)
    .slice(1, -1)
    .replace(
      /[\u007f-\u009f\u2028\u2029\ufeff]/g,
      (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
  const count = (mark: string) => text.split(mark).length;
  if (count("'") > count('"')) return `"${escaped}"`;
  return `'${escaped.replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

const numeral = (value: number): string =>
  Number.isInteger(value) && Math.abs(value) < 1e15
    ? String(value).replace(/\B(?=(\d{3})+$)/g, '_')
    : String(value);
