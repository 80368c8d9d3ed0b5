import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';

const HOUR = 3_600_000;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'openclaw-repro-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs a program as the gateway is run, with a file for its clock; what it prints as JSON. */
async function runWithClock(program: string, jumps: object[] = []) {
  const clock = join(folder, 'clock.json');
  writeFileSync(clock, JSON.stringify(jumps));
  const network = {
    hosts: {},
    mock: { host: '127.0.0.1', port: 1 },
    loopback: [1, 1],
    log: join(folder, 'egress'),
  };
  const env = {
    NODE_OPTIONS: `--import=${new URL('./closed-network.mjs', import.meta.url).href}`,
    OPENCLAW_REPRO_NETWORK: JSON.stringify(network),
    OPENCLAW_REPRO_CLOCK: clock,
  };
  const path = join(folder, 'program.mjs');
  writeFileSync(
    path,
    `import fs from 'node:fs'; import { stat } from 'node:fs/promises';
     import { execFile } from 'node:child_process'; import { Worker } from 'node:worker_threads';
     import { setTimeout as sleep } from 'node:timers/promises';
     const pass = async (byMs) => {
       const file = process.env.OPENCLAW_REPRO_CLOCK;
       const jumps = JSON.parse(fs.readFileSync(file, 'utf8'));
       fs.writeFileSync(file, JSON.stringify([...jumps, { at: performance.timeOrigin + performance.now(), byMs }]));
       await sleep(50);
     };
     const folder = ${JSON.stringify(folder)};
     ${program}`,
  );
  const { stdout } = await promisify(execFile)(process.execPath, [path], { env });
  return JSON.parse(stdout);
}

test('every way to ask for the date jumps, also twice, while the monotonic clock and timers do not', async () => {
  const { before, after, twice, mono, own } = await runWithClock(`
    const ask = () => [Date.now(), new Date().getTime(), Date.parse(Date()), new (class extends Date {})().getTime()];
    const [before, from] = [ask(), performance.now()];
    await pass(${HOUR});
    const [after, mono] = [ask(), performance.now() - from];
    await pass(${HOUR});
    const own = [new Date() instanceof Date, new Date().constructor === Date, new Date(5).getTime(), Date.UTC(1970)];
    console.log(JSON.stringify({ before, after, twice: ask(), mono, own }));
  `);
  const near = (times: number[], passed: number) =>
    times.every((time, index) => Math.abs(time - before[index] - passed) < 2_000);
  expect(Math.abs(before[0] - Date.now())).toBeLessThan(10_000);
  expect(near(after, HOUR), String(after)).toBe(true);
  expect(near(twice, 2 * HOUR), String(twice)).toBe(true);
  expect(mono).toBeLessThan(2_000);
  expect(own).toEqual([true, true, 5, 0]);
});

test('a process that starts later, a child with an environment of its own, and a worker have the same clock', async () => {
  const started = [{ at: Date.now() - 1_000, byMs: HOUR }];
  const times = await runWithClock(
    `
    const child = await new Promise((resolve) => execFile(process.execPath, ['-p', 'Date.now()'], { env: {} }, (_error, out) => resolve(out)));
    const worker = await new Promise((resolve) =>
      new Worker('require("node:worker_threads").parentPort.postMessage(Date.now())', { eval: true }).once('message', resolve));
    console.log(JSON.stringify([Date.now(), Number(child), worker]));
  `,
    started,
  );
  for (const time of times) expect(Math.abs(time - Date.now() - HOUR)).toBeLessThan(10_000);
});

test('a file is as old as it would be if the time had really passed', async () => {
  const ages = await runWithClock(`
    const ages = async (name) => {
      const path = folder + '/' + name;
      const handed = await new Promise((resolve) => fs.stat(path, (_error, stats) => resolve(stats)));
      const big = fs.lstatSync(path, { bigint: true });
      const times = [fs.statSync(path), await stat(path), handed].flatMap(({ mtime, mtimeMs }) => [mtime.getTime(), mtimeMs]);
      return [...times, Number(big.mtimeMs), Number(big.mtimeNs / 1_000_000n)].map((time) => Date.now() - time);
    };
    fs.writeFileSync(folder + '/old', '');
    await pass(${HOUR});
    fs.writeFileSync(folder + '/new', '');
    fs.writeFileSync(folder + '/touched', '');
    fs.utimesSync(folder + '/touched', new Date(), new Date());
    console.log(JSON.stringify({ old: await ages('old'), new: await ages('new'), touched: await ages('touched') }));
  `);
  for (const age of ages.old) expect(Math.abs(age - HOUR)).toBeLessThan(2_000);
  for (const age of [...ages.new, ...ages.touched]) expect(Math.abs(age)).toBeLessThan(2_000);
});
