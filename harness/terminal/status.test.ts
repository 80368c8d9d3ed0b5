import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { startStatus } from './status.ts';

const ESCAPE = String.fromCharCode(27);

/** A terminal that keeps what is on the screen, as far as the status writes to it. */
function screen(columns = 40) {
  const lines = [''];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      for (const part of String(chunk).split(new RegExp(`(${ESCAPE}\\[\\d*[A-Zm]|\r|\n)`))) {
        if (part === `${ESCAPE}[1A`) lines.pop();
        else if (part === `${ESCAPE}[2K`) lines[lines.length - 1] = '';
        else if (part === '\n') lines.push('');
        else if (part !== '\r' && !part.startsWith(ESCAPE)) lines[lines.length - 1] += part;
      }
      done();
    },
  });
  return { stream: Object.assign(stream, { isTTY: true, columns }) as unknown as NodeJS.WriteStream, lines };
}

test('lines that are said stay above the picture, which is drawn anew in its place', () => {
  const { stream, lines } = screen();
  const status = startStatus(stream);
  let done = 1;
  status.show(() => ['#'.repeat(done), 'ends']);
  status.set('lane', 'waiting');
  expect(lines).toEqual(['#', 'ends', 'lane: waiting']);
  status.say('first is clean');
  done = 2;
  status.set('lane', 'booting');
  expect(lines).toEqual(['first is clean', '##', 'ends', 'lane: booting']);
  status.clear('lane');
  status.show(() => []);
  expect(lines).toEqual(['first is clean', '']);
  status[Symbol.dispose]();
});

test('no picture where nobody watches, and nothing is erased', () => {
  const written: string[] = [];
  const stream = { isTTY: false, write: (text: string) => written.push(text) };
  using status = startStatus(stream as unknown as NodeJS.WriteStream);
  expect(status.live).toBe(false);
  status.show(() => ['picture']);
  status.say('said');
  expect(written).toEqual(['said\n']);
});

test('a line of the picture is told how wide the terminal is', () => {
  const { stream } = screen(57);
  using status = startStatus(stream);
  const widths: number[] = [];
  status.show((width) => {
    widths.push(width);
    return [];
  });
  expect(widths).toContain(57);
});
