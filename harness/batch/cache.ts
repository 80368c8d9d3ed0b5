import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { rooms } from '#harness/base/rooms.ts';
import type { Gateway } from '#harness/gateway/gateway.ts';
import { eraOf } from '#harness/openclaw/eras/eras.ts';
import { type RunRecord, runRecord } from '#harness/record/record.ts';
import type { Scenario } from '#harness/scenario/scenario.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Where lies what can change a run's outcome; of `eras` only what holds for the version counts. */
const DECIDING = rooms.filter(({ decides }) => decides).map(({ folder }) => folder);
const BESIDE = [/(^|\/)(eras|testing)\//, /\.test\.ts$/];

/**
 * Records of runs by what went into them: the package (by integrity) or image (by id), what is known of its era, the
 * scenario's file, the harness and the mocks, and the Node that runs the gateway. What has not changed need not run again.
 */
export class ResultCache {
  readonly #folder: string;
  #harness: string | undefined;

  /** @param folder where the records lie, from run to run */
  constructor(folder: string) {
    this.#folder = folder;
  }

  get(scenario: Scenario, gateway: Gateway): RunRecord | undefined {
    try {
      const text = gunzipSync(readFileSync(this.#path(scenario, gateway))).toString();
      return runRecord.parse(JSON.parse(text));
    } catch {
      // Not there, half written, or of another form: then it is run.
      return undefined;
    }
  }

  /** Keeps a record that would come out the same again; others are passed over. */
  put(scenario: Scenario, gateway: Gateway, record: RunRecord): void {
    if (!isLasting(record)) return;
    const path = this.#path(scenario, gateway);
    mkdirSync(this.#folder, { recursive: true });
    const unfinished = `${path}.${process.pid}`;
    writeFileSync(unfinished, gzipSync(JSON.stringify(record)));
    renameSync(unfinished, path);
  }

  #path({ name, file, setup: { upgradeFrom } }: Scenario, { version, build }: Gateway): string {
    this.#harness ??= digestOf(ROOT, [...decidingFiles(ROOT), 'package-lock.json']);
    const { runtime, integrity, image, node } = build;
    const parts = [
      version,
      runtime,
      integrity,
      image,
      node,
      eraOf(version),
      ...(upgradeFrom === undefined ? [] : [eraOf(upgradeFrom)]),
      digestOf(ROOT, [file ? relative(ROOT, file) : `scenarios/${name}.ts`]),
      this.#harness,
    ];
    const key = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
    return join(this.#folder, `${key}.json.gz`);
  }
}

/** The version cannot be given such a set-up, or ended before it answered. */
const LASTING = new Set(['CANNOT_PREPARE', 'BOOT_FAILED']);

/**
 * Whether a record holds for every further run with the same key. One that proves nothing does not: it hangs on the
 * machine, on chance, or on options that are not in the key (`NOT_READY`, on `--boot-timeout`).
 */
const isLasting = ({ outcome, error }: RunRecord): boolean =>
  error ? LASTING.has(error.code) : outcome === 'clean' || outcome === 'reproduced';

/** The files that decide what a run comes to, by their paths from the project's root. */
export const decidingFiles = (root: string): string[] =>
  DECIDING.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
      .filter((path) => /\.(ts|mjs)$/.test(path) && !BESIDE.some((pattern) => pattern.test(path))),
  ).toSorted();

/** Of files' paths and contents. */
export function digestOf(root: string, files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const path of files) {
    hash
      .update(`${path}\n`)
      .update(readFileSync(join(root, path)))
      .update('\n');
  }
  return hash.digest('hex');
}
