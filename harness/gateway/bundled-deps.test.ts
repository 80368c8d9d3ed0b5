import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bundledDependencies } from '#harness/store/bundled-deps.ts';
import { linkBundledDeps, STAGE, STAGE_BIN } from './bundled-deps.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'openclaw-repro-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const put = (path: string, value: unknown) => {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), JSON.stringify(value));
};

test('of bundled plugins, only what is enabled is to be installed', () => {
  put('dist/extensions/browser/openclaw.plugin.json', { enabledByDefault: true });
  put('dist/extensions/browser/package.json', { dependencies: { express: '^5.2.1', ws: '^8.20.0' } });
  put('dist/extensions/xai/openclaw.plugin.json', { enabledByDefault: true });
  put('dist/extensions/xai/package.json', { dependencies: { ws: '^8.20.0' } });
  put('dist/extensions/matrix/openclaw.plugin.json', {});
  put('dist/extensions/matrix/package.json', { dependencies: { 'matrix-js-sdk': '1.0.0' } });
  put('dist/extensions/bare/openclaw.plugin.json', { enabledByDefault: true });
  mkdirSync(join(folder, 'dist/extensions/empty'));
  expect(bundledDependencies(folder, 'enabled')).toEqual({ express: '^5.2.1', ws: '^8.20.0' });
  put('package.json', { dependencies: { ws: '8.20.1' } });
  expect(bundledDependencies(folder, 'all')).toMatchObject({ 'matrix-js-sdk': '1.0.0', ws: '8.20.1' });
});

test('packages are linked where the gateway looks for them, as it sees them, once for all runs', () => {
  for (const name of ['ws', '@scope/a', 'openclaw', '.modules']) {
    mkdirSync(join(folder, 'node_modules', name), { recursive: true });
  }
  put('node_modules/openclaw/package.json', { version: '2026.4.24' });
  const prepared = {
    version: '2026.4.24',
    folder,
    entry: '',
    build: { integrity: 'sha512-x' },
    compileCache: '',
    stageBundledDeps: true,
  };
  const cache = join(folder, 'cache');
  const seen = { version: '/openclaw', cache: '/cache' };
  linkBundledDeps(prepared, cache, seen);
  const written = linkBundledDeps(prepared, cache, seen);
  const hash = createHash('sha256').update('/openclaw/node_modules/openclaw').digest('hex').slice(0, 12);
  const modules = join(cache, STAGE, `openclaw-2026.4.24-${hash}`, 'node_modules');
  expect(readdirSync(modules).toSorted()).toEqual(['@scope', 'ws']);
  expect(readlinkSync(join(modules, 'ws'))).toBe('/openclaw/node_modules/ws');
  expect(written).toContain(modules);
  // As 2026.4.30-beta.1 names the place.
  const released = createHash('sha256')
    .update('/openclaw/node_modules/openclaw\0package.json\0{"version":"2026.4.24"}')
    .update('\0dist/postinstall-inventory.json\0')
    .digest('hex');
  expect(written).toContain(
    join(cache, STAGE, `openclaw-2026.4.24-${released.slice(0, 12)}`, 'node_modules'),
  );
  expect(readdirSync(join(cache, STAGE))).toHaveLength(3);
  expect(execFileSync(join(cache, STAGE_BIN, 'pnpm'), ['install'], { encoding: 'utf8' })).toContain(
    'up to date',
  );
});
