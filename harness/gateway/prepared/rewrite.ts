import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const HOUR = 3_600_000;
/** What a migration writes of the past is younger, what it plans is nearer. */
const [PAST, FUTURE] = [2 * HOUR, 60 * 24 * HOUR];

/** What one set-up has in the place of another: tokens, ports, folders by what they are, and when it was. */
export interface Values {
  /** By label: `RT1`, `HOME`. */
  named: { [label: string]: string };
  /** Milliseconds since the epoch. */
  at: number;
}

/** Puts the values of one set-up in the place of those of another, in texts and in SQLite databases. */
export class Rewrite {
  readonly #pairs: [from: string, to: string][];
  readonly #pattern: RegExp | undefined;
  readonly #from: Values;
  readonly #shift: number;

  constructor(from: Values, to: Values) {
    this.#from = from;
    this.#shift = to.at - from.at;
    this.#pairs = Object.entries(from.named)
      .map(([label, value]): [string, string] => [value, to.named[label] ?? value])
      .filter(([value, other]) => value !== '' && value !== other)
      .toSorted(([a], [b]) => b.length - a.length);
    const sources = this.#pairs.map(([value]) =>
      /^\d+$/.test(value) ? `(?<!\\d)${value}(?!\\d)` : value.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'),
    );
    this.#pattern = sources.length > 0 ? new RegExp(sources.join('|'), 'g') : undefined;
  }

  text(text: string): string {
    const to = new Map(this.#pairs);
    const named = this.#pattern ? text.replace(this.#pattern, (value) => to.get(value) ?? value) : text;
    return named
      .replace(/(?<!\w)(?<!\d\.)\d{13}(?!\w)/g, (ms) => String(this.#shifted(Number(ms))))
      .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z/g, (iso, fraction?: string) => {
        const shifted = new Date(this.#shifted(Date.parse(iso))).toISOString();
        return fraction ? shifted : shifted.replace(/\.\d{3}Z$/, 'Z');
      });
  }

  /** The content of a file: a database, a text, or what is neither, which stays. */
  content(bytes: Buffer): Buffer {
    if (isDatabase(bytes)) return this.#database(bytes);
    const text = bytes.toString('utf8');
    return Buffer.from(text).equals(bytes) ? Buffer.from(this.text(text)) : bytes;
  }

  #shifted(ms: number): number {
    const { at } = this.#from;
    return ms >= at - PAST && ms <= at + FUTURE ? ms + this.#shift : ms;
  }

  #value(value: unknown): string | number | bigint | Buffer | null {
    if (typeof value === 'string') return this.text(value);
    if (typeof value === 'number') return this.#shifted(value);
    if (typeof value === 'bigint') {
      const { named } = this.#from;
      if (String(value) === named.PORT) return BigInt(this.text(String(value)));
      const shifted = this.#shifted(Number(value));
      return shifted === Number(value) ? value : BigInt(shifted);
    }
    if (value instanceof Uint8Array) return this.content(Buffer.from(value));
    return null;
  }

  /** Every column of every table, whatever it holds, so that no version's schema need be known. */
  #database(bytes: Buffer): Buffer {
    const folder = mkdtempSync(join(tmpdir(), 'openclaw-repro-state-'));
    try {
      const path = join(folder, 'state.sqlite');
      writeFileSync(path, bytes, { mode: 0o600 });
      using database = new DatabaseSync(path, { enableForeignKeyConstraints: false });
      const options = { deterministic: true, useBigIntArguments: true };
      database.function('rewritten', options, (value) => this.#value(value));
      for (const { table, column } of columnsOf(database)) {
        const [t, c] = [quoted(table), quoted(column)];
        database.exec(`UPDATE ${t} SET ${c} = rewritten(${c}) WHERE ${c} IS NOT rewritten(${c})`);
      }
      database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      database.close();
      return readFileSync(path);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

const SQLITE = Buffer.from('SQLite format 3\0');
export const isDatabase = (bytes: Buffer): boolean => bytes.subarray(0, SQLITE.length).equals(SQLITE);

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** The columns of ordinary tables that hold values of their own. */
function* columnsOf(database: DatabaseSync): Generator<{ table: string; column: string }> {
  const tables = database.prepare(`SELECT name, type FROM pragma_table_list WHERE schema = 'main'`).all();
  for (const { name, type } of tables) {
    if (type !== 'table' || String(name).startsWith('sqlite_')) continue;
    const columns = database
      .prepare(`SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0`)
      .all(String(name));
    for (const column of columns) yield { table: String(name), column: String(column.name) };
  }
}
