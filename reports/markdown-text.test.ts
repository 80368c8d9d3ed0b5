import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cell, code, details, fenced } from './markdown-text.ts';

/** Pieces that mean something to GitHub, among anything else. */
const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        ...['@maintainer', '#12', 'owner/repo#7', 'GH-9', 'https://github.com/a/b/issues/1', 'www.x.y', '`'],
        ...['```', '~~~', '</details>', '<!--', '-->', '<img src=x>', '|', '\n', '\r', '\u2028', '\u200b'],
        ...['::error::x', '##[error]', '### Summary', '**b**', '[a](b)', '\\', '$x$', '- ', '1. '],
      ),
    ),
  )
  .map((parts) => parts.join(''));

test('text in prose and in a cell has no markup, no pings and no links, and stays on its line', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      for (const shown of [cell(text), `a ${cell(text)}`]) {
        expect(shown).not.toMatch(/[\r\n\u2028\u2029]|[@#]\w|GH-\d|:\/\/|www\.|<!--|##\[/i);
        // Each character that means something to Markdown stands behind a backslash of its own.
        expect(shown.replace(/\\[\\`*_<>[\]|~$]/g, '')).not.toMatch(/[\\`*_<>[\]|~$]/);
      }
      expect(cell(text)).not.toMatch(/^\s*([-+=]|\d+[.)](\s|$)|#+(\s|$))/);
    }),
  );
});

test('a version stays as it is', () => {
  expect(cell('2026.4.14 (323493f)')).toBe('2026.4.14 (323493f)');
});

test('inline code cannot be left', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      expect(code(text)).toMatch(/^`(?!.*(<!--|##\[))[^`|\r\n\u2028\u2029]+`$/);
    }),
  );
});

test('a fence cannot be left, and no line in it is a heading of a form or a command to a runner', () => {
  fc.assert(
    fc.property(fc.array(hostile), (lines) => {
      const [open = '', ...rest] = fenced(lines).split('\n');
      const close = rest.pop() ?? '';
      expect(open).toBe(`${close}text`);
      expect(rest).toHaveLength(Math.max(1, lines.length));
      for (const line of rest) {
        expect(line).not.toContain(close);
        expect(line).not.toMatch(/^\s*(#|::)|<!--|##\[|[\r\u2028\u2029]/);
      }
    }),
  );
});

test('what is folded has the lines of its fence only', () => {
  expect(details('Log', [])).toBe('');
  expect(details('Log', ['</details>'])).toBe(
    '<details><summary>Log</summary>\n\n```text\n</details>\n```\n\n</details>',
  );
});
