import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { resolveGateway } from '#harness/gateway/resolve.ts';
import { loadLibrary, select } from '#harness/scenario/library.ts';
import { VersionStore } from '#harness/store/version-store.ts';
import { ofKind } from '#harness/timeline/timeline.ts';
import { run } from './run.ts';

/** A version that keeps its credentials in SQLite, where nothing but its own commands can change them. */
const version = '2026.9.6';
const { signal } = new AbortController();
let runs: string;
beforeAll(() => {
  runs = mkdtempSync(join(tmpdir(), 'openclaw-repro-test-'));
});
afterAll(() => rmSync(runs, { recursive: true }));

async function played(name: string) {
  const [scenario] = select(await loadLibrary(), [name]);
  if (!scenario) throw new Error(`no scenario ${name}`);
  const store = new VersionStore();
  const gateway = await resolveGateway(version, { store, progress: () => undefined, signal });
  return run(scenario, gateway, { runs, seed: name, signal });
}

test(`signs in to Codex by openclaw ${version}'s own command, and the new tokens are used`, async () => {
  const { outcome, verdict, timeline } = await played('oauth/relogin-while-running');
  expect(outcome, verdict).toBe('clean');
  const [login] = timeline.filter(ofKind('gateway.cli'));
  expect(login).toMatchObject({ code: 0, command: expect.stringContaining('models auth login') });
  const used = timeline.filter(ofKind('provider.request')).filter(({ purpose }) => purpose === 'turn');
  // Behind the set-up's token and those that doctor was given, all of the first sign-in.
  const rotated = timeline.filter(ofKind('token.redeemed')).filter(({ result }) => result === 'rotated');
  const fresh = `AT${rotated.length + 2}`;
  expect(used.map(({ credential }) => credential)).toEqual([fresh, fresh]);
});

test(`puts a dead profile first by openclaw ${version}'s own command, and it is asked first`, async () => {
  const { outcome, verdict, timeline } = await played('oauth/stale-order-in-auth-state');
  expect(outcome, verdict).toBe('clean');
  const begun = timeline.find(ofKind('gateway.migrated'))?.seq ?? Infinity;
  const posted = timeline.filter(ofKind('token.redeemed')).filter(({ seq }) => seq > begun);
  expect(posted).toMatchObject([{ result: 'reused' }]);
});
