import { defineConfig } from 'vitest/config';

const MINUTE = 60_000;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{harness,mocks,reports,scenarios}/**/*.test.ts'],
          exclude: ['**/*.e2e.test.ts', '**/*.browser.test.ts'],
          testTimeout: 20_000,
        },
      },
      {
        // The pages in Chromium; where it is not Debian's, OPENCLAW_REPRO_CHROMIUM names it.
        test: {
          name: 'browser',
          include: ['reports/**/*.browser.test.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        // Real gateways: each keeps two cores busy while it starts.
        test: {
          name: 'e2e',
          include: ['harness/**/*.e2e.test.ts'],
          fileParallelism: false,
          testTimeout: 15 * MINUTE,
          hookTimeout: 15 * MINUTE,
        },
      },
      {
        // Every scenario in both runtimes; the second pair begins once it has a core to itself.
        test: {
          name: 'runtimes',
          include: ['scenarios/runtimes.suite.ts'],
          testTimeout: 15 * MINUTE,
          hookTimeout: 15 * MINUTE,
          maxConcurrency: 2,
        },
      },
      {
        // Every scenario as a test, on the version in OPENCLAW_REPRO_GATEWAY.
        test: {
          name: 'scenarios',
          include: ['scenarios/scenarios.suite.ts'],
          testTimeout: 15 * MINUTE,
          hookTimeout: 15 * MINUTE,
          maxConcurrency: 4,
        },
      },
    ],
  },
});
