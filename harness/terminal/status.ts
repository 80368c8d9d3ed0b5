import { styleText } from 'node:util';

/** One status line for all that goes on at once, below the lines that are already said. */
export interface Status extends Disposable {
  /** What is going on under a label; it is shown with the time since it began. */
  set(label: string, text: string): void;
  clear(label: string): void;
  /** Says a line for good. */
  say(line: string): void;
  /** Shows lines that change, above the status line; only on a terminal, whose width is handed over. */
  show(picture: (width: number) => string[]): void;
  /** True where people watch, so that pictures are shown. */
  readonly live: boolean;
}

const REDRAW = 500;
/** Without a terminal, a step that takes longer is said again. */
const REMIND = 15_000;
const WIDTH = 80;

interface Line {
  text: string;
  since: number;
  said: number;
}

/** @param stream where people look; standard output stays free for what machines read */
export function startStatus(stream: NodeJS.WriteStream = process.stderr): Status {
  const goingOn = new Map<string, Line>();
  const live = stream.isTTY === true;
  let picture: (width: number) => string[] = () => [];
  /** Lines of the picture that stand above the cursor. */
  let above = 0;

  const lineOf = (name: string, { text, since }: Line) => {
    const took = Math.round((performance.now() - since) / 1000);
    return `${name}: ${text}${took > 0 ? ` (${took} s)` : ''}`;
  };

  function erase(): void {
    if (!live) return;
    stream.write(`\r\u001b[2K${'\u001b[1A\u001b[2K'.repeat(above)}`);
    above = 0;
  }

  function draw(): void {
    if (!live) return;
    const width = Math.max(20, stream.columns ?? WIDTH);
    const lines = picture(width);
    const text = [...goingOn].map(([name, line]) => lineOf(name, line)).join('  ·  ');
    erase();
    for (const line of lines) stream.write(`${line}\n`);
    above = lines.length;
    if (text) stream.write(styleText('dim', text.slice(0, width - 1), { stream }));
  }

  function remind(): void {
    for (const [name, line] of goingOn) {
      if (performance.now() - line.said < REMIND) continue;
      line.said = performance.now();
      stream.write(`  ${lineOf(name, line)}\n`);
    }
  }

  const timer = setInterval(live ? draw : remind, REDRAW);
  timer.unref();
  return {
    live,
    set(name, text) {
      const line = goingOn.get(name);
      if (line?.text === text) return;
      goingOn.set(name, { text, since: performance.now(), said: line?.said ?? performance.now() });
      draw();
    },
    clear(name) {
      goingOn.delete(name);
      draw();
    },
    say(line) {
      erase();
      stream.write(`${line}\n`);
      draw();
    },
    show(next) {
      picture = next;
      draw();
    },
    [Symbol.dispose]() {
      clearInterval(timer);
      erase();
    },
  };
}
