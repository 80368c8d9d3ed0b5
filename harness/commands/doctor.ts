import { existsSync, statfsSync } from 'node:fs';
import { availableParallelism, loadavg, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { styleText } from 'node:util';
import { Command } from 'commander';
import { exitCodes, HarnessError, messageOf } from '#harness/base/error.ts';
import { type Engine, findEngine } from '#harness/gateway/container/engine.ts';
import { VersionStore } from '#harness/store/version-store.ts';
import { compareVersions, isVersion } from '#harness/versions/version.ts';

interface Finding {
  what: string;
  /** `bad` keeps every run from working, `poor` only some. */
  state: 'good' | 'poor' | 'bad';
  says: string;
  advice?: string;
}

const GIB = 1024 ** 3;

/** `openclaw-repro doctor`: what works on this machine, and what to do about the rest. `done` is told the exit code. */
export function doctorCommand(done: (exitCode: number) => void): Command {
  return new Command('doctor').description('check this machine, and say what to install').action(async () => {
    const store = new VersionStore();
    const findings = [machine(), load(), disk(store), await registry(store), await engine()];
    for (const finding of findings) print(finding);
    done(findings.some(({ state }) => state === 'bad') ? exitCodes.wrongCall : exitCodes.clean);
  });
}

function machine(): Finding {
  const cores = availableParallelism();
  const memory = totalmem() / GIB;
  const says = `Node ${process.versions.node}, ${cores} cores, ${memory.toFixed(0)} GiB of memory`;
  if (cores >= 2 && memory >= 3) return { what: 'machine', state: 'good', says };
  return { what: 'machine', state: 'poor', says, advice: 'Use --jobs 1 and a higher --boot-timeout.' };
}

/** What waits for a core makes every gateway late. */
function load(): Finding {
  const what = 'load';
  const perCore = (loadavg()[0] ?? 0) / availableParallelism();
  const says = `${perCore.toFixed(1)} busy threads a core in the last minute`;
  if (perCore < 0.7) return { what, state: 'good', says };
  return {
    what,
    state: 'poor',
    says,
    advice: 'Close other programs: a busy machine makes runs inconclusive.',
  };
}

/** A first version takes 800 MB with pnpm's store. */
function disk(store: VersionStore): Finding {
  const what = 'store';
  try {
    const { bavail, bsize } = statfsSync(existing(store.folder));
    const free = (bavail * bsize) / GIB;
    const says = `${store.folder}, ${free.toFixed(1)} GiB free`;
    if (free >= 2) return { what, state: 'good', says };
    return { what, state: 'bad', says, advice: 'Free 2 GiB, or set OPENCLAW_REPRO_STORE to another disk.' };
  } catch (error) {
    return failing(what, 'bad', error);
  }
}

/** The folder itself, or what it will lie in. */
function existing(path: string): string {
  return existsSync(path) ? path : existing(dirname(path));
}

async function registry(store: VersionStore): Promise<Finding> {
  const what = 'registry';
  try {
    const { versions } = await store.published();
    const sorted = versions.filter(isVersion).toSorted(compareVersions);
    return { what, state: 'good', says: `${sorted.length} versions published, the last ${sorted.at(-1)}` };
  } catch (error) {
    return failing(what, 'poor', error);
  }
}

async function engine(): Promise<Finding> {
  const what = 'container';
  try {
    const found = await findEngine();
    return { what, state: 'good', says: `${found.name}, ${found.architecture}, ${await images(found)}` };
  } catch (error) {
    return failing(what, 'poor', error);
  }
}

async function images({ client }: Engine): Promise<string> {
  const all = await client.container.dockerode.listImages();
  const tags = all.flatMap(({ RepoTags }) => RepoTags ?? []).filter((tag) => /openclaw|^node:/.test(tag));
  return tags.length > 0 ? `with ${tags.join(', ')}` : 'no image for a gateway yet';
}

const failing = (what: string, state: Finding['state'], error: unknown): Finding => ({
  what,
  state,
  says: messageOf(error),
  ...(error instanceof HarnessError && { advice: error.advice }),
});

const COLOURS = { good: 'green', poor: 'yellow', bad: 'red' } as const;

function print({ what, state, says, advice }: Finding): void {
  console.log(`${styleText(COLOURS[state], state.padEnd(4))}  ${what.padEnd(9)}  ${says}`);
  if (advice) console.log(`${' '.repeat(17)}${advice}`);
}
