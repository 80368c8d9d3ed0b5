import { expect, test } from 'vitest';
import type { MatrixResult } from '#harness/matrix/result.ts';
import { matrixPage } from './matrix.ts';

const result: MatrixResult = {
  schema: 1,
  scenarios: [{ name: 'stream/x', title: '<b>"a" & b</b>' }],
  versions: ['2026.4.14', '2026.4.15'],
  cells: [
    {
      version: '2026.4.14',
      scenario: 'stream/x',
      outcome: 'reproduced',
      findings: [{ check: 'reply-arrives', stage: 'streaming' }],
    },
    { version: '2026.4.15', scenario: 'stream/x', outcome: 'untestable', findings: [], reason: '<script>' },
  ],
};

test('shows every cell with its outcome in words, and leads to its report', () => {
  const page = matrixPage(result, (path) => path === 'stream-x/2026.4.14/report.md');
  expect(page).toContain('1 scenario on 2 OpenClaw versions');
  expect(page).toContain('aria-label="stream/x on 2026.4.14: reproduced: reply-arrives at streaming">×</a>');
  expect(page).toContain('href="stream-x/2026.4.14/report.md"');
  expect(page).toContain('reproduced (1)');
  expect(page).not.toContain('2026.4.15/report.md');
  expect(page).toContain('aria-label="stream/x on 2026.4.15: untestable');
});

test('needs no network and obeys no text from outside', () => {
  const page = matrixPage(result, (path) => path === 'stream-x/2026.4.14/report.md');
  expect(page).not.toMatch(/<script|<b>|https?:/);
  expect(page).toContain('&lt;b&gt;&quot;a&quot; &amp; b&lt;/b&gt;');
});
