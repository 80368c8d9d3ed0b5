import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { resolveGateway } from '#harness/gateway/resolve.ts';
import { parseScenario } from '#harness/scenario/scenario.ts';
import type { Page } from '#harness/scenario/script.ts';
import { VersionStore } from '#harness/store/version-store.ts';
import { run } from './run.ts';

const versions = new VersionStore();
const { signal } = new AbortController();
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'openclaw-repro-test-'));
  for (const shared of ['versions', 'compile-cache']) {
    mkdirSync(join(folder, 'store'), { recursive: true });
    symlinkSync(join(versions.folder, shared), join(folder, 'store', shared));
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

test.each(['2026.4.14', '2026.9.6'])(
  'a clock that can be put forward, and one that was, change nothing of what comes out on %s',
  async (version) => {
    const gateway = await resolveGateway(version, { store: versions, progress: () => undefined, signal });
    const play = async (setup: object, between: (page: Page) => Promise<void>) => {
      const scenario = parseScenario('session/x', {
        title: 'x',
        setup,
        script: async (page: Page) => {
          await page.session().say('Hello');
          await between(page);
          await page.session().say('And again');
        },
      });
      const runs = new VersionStore(join(folder, 'store')).runs;
      mkdirSync(runs, { recursive: true });
      const record = await run(scenario, gateway, { runs, seed: 'clock', signal });
      const turns = record.turns.map(({ ending, stage, attempts, text }) => ({
        ending,
        stage,
        attempts,
        text,
      }));
      return { outcome: record.outcome, verdict: record.verdict, findings: record.findings, turns };
    };
    const setup = { time: 'clock-jump' };
    const without = await play({}, async () => undefined);
    expect(without).toMatchObject({ outcome: 'clean', findings: [] });
    expect(await play(setup, async () => undefined)).toEqual(without);
    expect(await play(setup, (page) => page.pass(10))).toEqual(without);
  },
);
