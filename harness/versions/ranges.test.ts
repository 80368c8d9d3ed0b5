import { expect, test } from 'vitest';
import { versionsIn } from './ranges.ts';
import { kindOf } from './version.ts';

const published = {
  versions:
    '0.0.1 2026.3.23-1 2026.3.23 2026.3.24-beta.2 2026.3.24 2026.4.9 2026.4.12 2026.4.14 2026.4.29-beta.4 2026.4.29 2026.5.2 2026.5.7-beta.1 2026.6.33'.split(
      ' ',
    ),
  tags: { latest: '2026.5.2', beta: '2026.5.7-beta.1' },
};
const chosen = (range: string) => versionsIn(range, published).join(' ');

test.each([
  ['2026.4.14', '2026.4.14'],
  ['latest', '2026.5.2'],
  ['beta', '2026.5.7-beta.1'],
  ['latest-2', '2026.4.29 2026.5.2'],
  ['finals', '2026.3.23 2026.3.23-1 2026.3.24 2026.4.9 2026.4.12 2026.4.14 2026.4.29 2026.5.2'],
  ['betas', '2026.3.24-beta.2 2026.4.29-beta.4 2026.5.7-beta.1'],
  ['2026.4.9..2026.4.14', '2026.4.9 2026.4.12 2026.4.14'],
  ['2026.4.10..2026.4.13', '2026.4.12'],
  ['2026.4.29-beta.4..latest', '2026.4.29-beta.4 2026.4.29 2026.5.2'],
  ['2026.4..2026.4', '2026.4.9 2026.4.12 2026.4.14 2026.4.29'],
  ['>=2026.4.29', '2026.4.29 2026.5.2'],
  ['>=2026.5', '2026.5.2'],
  ['<=2026.3', '2026.3.23 2026.3.23-1 2026.3.24'],
  ['2026.6.33, 2026.4.14,2026.4.14', '2026.4.14 2026.6.33'],
])('%s', (range, versions) => {
  expect(chosen(range)).toBe(versions);
});

test('all is all, but for what is no version', () => {
  expect(chosen('all').split(' ')).toHaveLength(12);
});

test.each(['', 'x', '..', '2026', '2026.4.9..', '>=x', '1..2', 'finals,', '$(ls)', 'latest-x'])(
  '"%s" is no range',
  (range) => {
    expect(() => chosen(range)).toThrow(expect.objectContaining({ code: 'UNKNOWN_RANGE', exitCode: 128 }));
  },
);

test.each(['2026.4.13', '2026.5.3..2026.6.1', '2026.5.2..2026.4.9', '>=2027.1'])(
  '%s holds nothing',
  (range) => {
    expect(() => chosen(range)).toThrow(expect.objectContaining({ code: 'EMPTY_RANGE', exitCode: 128 }));
  },
);

test('tells the kinds apart', () => {
  const kinds = [
    '2026.4.29-alpha.1',
    '2026.4.29-beta.1',
    '2026.4.29',
    '2026.4.29-1',
    '2026.6.33',
    '2026.7.33-1',
  ];
  expect(kinds.map(kindOf)).toEqual(['alpha', 'beta', 'final', 'correction', 'side', 'side']);
  expect(() => kindOf('1.0.0-rc')).toThrow(RangeError);
});
