import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { environment, type Layout, partsOf, pathForGateway } from './environment.ts';

const options = {
  runId: 'run',
  mocks: { port: 1, ca: '', hosts: [] },
  migration: [],
} as unknown as Parameters<typeof environment>[0];
const place: Layout = { ...partsOf('/run'), port: 2, mocks: 3, preload: 'file:///x.mjs' };

test('a gateway finds Node first and no command of the harness', () => {
  const path = pathForGateway('/a/node_modules/.bin:/usr/bin:/a/node_modules/x/node-gyp-bin:/bin');
  expect(path.split(':')).toEqual([dirname(process.execPath), '/usr/bin', '/bin']);
});

test('where plugins are staged, the package manager that has nothing to do is found first', () => {
  const { PATH = '' } = environment(options, { ...place, stage: '/cache/stage', path: '/usr/bin' });
  expect(PATH.split(':')).toEqual(['/cache/plugin-runtime-deps-bin', '/usr/bin']);
  expect(environment(options, place).PATH).toBeUndefined();
});
