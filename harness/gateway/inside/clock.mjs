/**
 * Loaded by `closed-network.mjs` where a scenario lets time pass: puts the gateway's wall clock forward by what the file
 * in OPENCLAW_REPRO_CLOCK says. As on a Linux machine that was suspended, or whose clock was set, `Date` jumps, while
 * timers and `performance.now()` keep their own time.
 *
 * The times of files are on the same clock: OpenClaw calls a lock stale by its file's age, and a lock that was taken
 * after a jump must not look as old as the jump is long.
 *
 * Plain JavaScript without dependencies: it runs under whatever Node the gateway runs on.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/** How old what was read of the file may be, in milliseconds. */
const FRESH = 20;
const file = process.env.OPENCLAW_REPRO_CLOCK;
const { readFileSync } = fs;
const RealDate = Date;
const realNow = Date.now;
/** @type {{ at: number, byMs: number }[]} when, on the machine's own clock, and by how much */
let jumps = [];
let readAt = Number.NEGATIVE_INFINITY;

/** Without a timer of its own, which would be one more thing in the gateway's event loop. */
function jumpsSoFar() {
  const time = performance.now();
  if (time - readAt < FRESH) return jumps;
  readAt = time;
  try {
    jumps = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // Taken away under a process that is ending.
  }
  return jumps;
}

/** A time of the machine's clock on the gateway's. */
function shown(ms) {
  let passed = 0;
  for (const { at, byMs } of jumpsSoFar()) if (at <= ms) passed += byMs;
  return ms + passed;
}

const now = () => shown(realNow());

/** Dates */

RealDate.now = now;
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length ? args : [now()], newTarget),
  apply: () => new RealDate(now()).toString(),
});
RealDate.prototype.constructor = globalThis.Date;

/** Times of files */

const TIMES = ['atime', 'mtime', 'ctime', 'birthtime'];

function onOurClock(stats) {
  if (!stats || jumpsSoFar().length === 0) return stats;
  for (const time of TIMES) {
    const ms = stats[`${time}Ms`];
    // One that lies ahead was set by the gateway itself, on its own clock.
    if (ms === undefined || Number(ms) > realNow() + 1_000) continue;
    const passed = shown(Number(ms)) - Number(ms);
    if (typeof ms === 'bigint') {
      stats[`${time}Ns`] += BigInt(passed) * 1_000_000n;
      stats[`${time}Ms`] += BigInt(passed);
    } else {
      stats[`${time}Ms`] += passed;
    }
    stats[time] = new RealDate(Number(stats[`${time}Ms`]));
  }
  return stats;
}

for (const name of ['statSync', 'lstatSync', 'fstatSync']) {
  const stat = fs[name];
  fs[name] = (...args) => onOurClock(stat.apply(fs, args));
}

for (const name of ['stat', 'lstat', 'fstat']) {
  const stat = fs[name];
  fs[name] = (...args) => {
    const done = args.pop();
    return stat.call(fs, ...args, (error, stats) => done(error, onOurClock(stats)));
  };
}

for (const name of ['stat', 'lstat']) {
  const stat = fs.promises[name];
  fs.promises[name] = async (...args) => onOurClock(await stat.apply(fs.promises, args));
}

syncBuiltinESMExports();
