import { expect, test } from 'vitest';
import type { Bisected } from '#harness/bisect/bisect.ts';
import { bisectLinks, bisectSentences } from './bisect.ts';
import { bisectPage } from './bisect-page.ts';

const versions = ['2026.4.12', '2026.4.14', '2026.4.15'];
const found: Bisected = {
  direction: 'introduced',
  versions,
  answer: {
    change: { before: 0, after: 1, probability: 0.967 },
    likely: [{ after: 1, probability: 0.967 }],
    noChange: 0.01,
    counts: [],
  },
  untestable: [],
  unproved: [],
  inSteps: false,
  proved: new Set(versions),
  why: new Map(),
  counts: new Map([
    ['2026.4.12', { shown: 0, clean: 2 }],
    ['2026.4.14', { shown: 3, clean: 0 }],
  ]),
};

test('says where it came in or went, how sure that is, and how often it showed', () => {
  expect(bisectSentences('a/b', found)).toEqual([
    'a/b first shows on 2026.4.14; 2026.4.12 is the last version without it (probability 96.7 %).',
    'It showed in 0 of 2 probes of 2026.4.12.',
    'It showed in 3 of 3 probes of 2026.4.14.',
  ]);
  expect(bisectSentences('a/b', { ...found, direction: 'fixed' })[0]).toContain('a/b is gone with 2026.4.14');
});

test('says what is not sure: several places, gaps, and what does not fit one change', () => {
  const { answer } = found;
  if (!answer) throw new Error('no answer');
  const wide: Bisected = {
    ...found,
    answer: {
      ...answer,
      change: { before: 0, after: 2, probability: 0.6 },
      likely: [
        { after: 2, probability: 0.6 },
        { after: 1, probability: 0.35 },
      ],
    },
    untestable: ['2026.4.14'],
    why: new Map([['2026.4.14', 'a control fails']]),
    counts: new Map([
      ['2026.4.9', { shown: 2, clean: 0 }],
      ['2026.4.12', { shown: 0, clean: 2 }],
      ['2026.4.15', { shown: 2, clean: 0 }],
    ]),
    proved: new Set(['2026.4.9', ...versions]),
    versions: ['2026.4.9', ...versions],
  };
  const said = bisectSentences('a/b', wide).join('\n');
  expect(said).toContain('one of: 2026.4.14 (60.0 %), 2026.4.12 (35.0 %)');
  expect(said).toContain('Left out, as they cannot be tested: 2026.4.14 (a control fails).');
  expect(said).toContain('more than one change: shows on 2026.4.9, clean on 2026.4.12, shows on 2026.4.15.');
});

test('what no control holds up is no finding, and is said where the answer stands on it', () => {
  const early: Bisected = {
    ...found,
    unproved: ['2026.4.14'],
    proved: new Set(['2026.4.12', '2026.4.14']),
    counts: new Map([...found.counts, ['2026.4.15', { shown: 0, clean: 1 }]]),
  };
  const said = bisectSentences('a/b', early).join('\n');
  expect(said).toContain('Their controls have not been run yet: 2026.4.14.');
  expect(said).not.toContain('more than one change');
});

test('says that a stretch between versions that were passed by may be missed', () => {
  expect(bisectSentences('a/b', found).join()).not.toContain('passed by');
  expect(bisectSentences('a/b', { ...found, inSteps: true }).at(-1)).toContain('name one with --bad');
});

test('without an answer it says why, and what is known so far', () => {
  const none: Bisected = {
    ...found,
    answer: undefined,
    because: 'clean-everywhere',
    untestable: ['2026.4.15'],
    why: new Map([['2026.4.15', 'a control fails']]),
    counts: new Map([
      ['2026.9.6', { shown: 0, clean: 1 }],
      ['2026.4.15', { shown: 0, clean: 0 }],
      ['2026.4.14', { shown: 1, clean: 2 }],
    ]),
  };
  expect(bisectSentences('a/b', none)).toEqual([
    'No version that was probed shows it.',
    'So far: it showed on 2026.4.14 (1 of 3); clean were 2026.4.14 (2 of 3), 2026.9.6.',
    'Left out, as they cannot be tested: 2026.4.15 (a control fails).',
  ]);
  expect(bisectSentences('a/b', { ...none, untestable: [], counts: new Map() })).toEqual([
    'No version that was probed shows it.',
  ]);
});

test('links both versions, and goes on between their commits where these are known', () => {
  const [before, after] = [
    { version: '2026.4.12', commit: 'aaa' },
    { version: '2026.4.14', commit: 'bbb' },
  ];
  expect(bisectLinks(before, after)).toEqual([
    'https://github.com/openclaw/openclaw/compare/v2026.4.12...v2026.4.14',
    'git bisect start bbb aaa',
  ]);
  expect(bisectLinks({ version: '2026.1.29' }, after)).toHaveLength(1);
});

test('the page shows every version with its probes, marks the change, and obeys no text from outside', () => {
  const page = bisectPage('a/b', { ...found, untestable: ['2026.4.15'] }, ['https://x.y/<b>']);
  expect(page).toContain('<h1>a/b first shows on 2026.4.14; 2026.4.12 is the last version without it');
  expect(page).toContain('<tr class="shown change"><th scope="row">2026.4.14</th>');
  expect(page).toContain('>×××</td><td>3 of 3</td><td>96.7 %</td>');
  expect(page).toContain('2026.4.15</th><td class="marks" aria-hidden="true"></td><td>untestable</td>');
  expect(page).toContain('<li>https://x.y/&lt;b&gt;</li>');
  expect(page).not.toMatch(/<script|<b>|(href|src)=/);
});
