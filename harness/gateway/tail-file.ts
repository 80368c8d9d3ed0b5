import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';

const INTERVAL = 200;
const CHUNK = 64 * 1024;

/** Follows the files of a folder that end in `suffix`, also ones still to come, and hands over each whole line. */
export function tailFolder(folder: string, suffix: string, onLine: (line: string) => void): Disposable {
  const files = new Map<string, { offset: number; rest: string }>();
  const buffer = Buffer.alloc(CHUNK);

  function read(): void {
    for (const name of namesIn(folder)) {
      if (!name.endsWith(suffix)) continue;
      const file = files.get(name) ?? { offset: 0, rest: '' };
      files.set(name, file);
      readOn(join(folder, name), file);
    }
  }

  function readOn(path: string, file: { offset: number; rest: string }): void {
    const whole: string[] = [];
    try {
      const descriptor = openSync(path, 'r');
      try {
        for (let size = -1; size !== 0; ) {
          size = readSync(descriptor, buffer, 0, CHUNK, file.offset);
          file.offset += size;
          const lines = (file.rest + buffer.toString('utf8', 0, size)).split('\n');
          file.rest = lines.pop() ?? '';
          whole.push(...lines.filter(Boolean));
        }
      } finally {
        closeSync(descriptor);
      }
    } catch {
      // Gone between the listing and the opening; what was read stays.
    }
    for (const line of whole) onLine(line);
  }

  const timer = setInterval(read, INTERVAL);
  return {
    [Symbol.dispose]() {
      clearInterval(timer);
      read();
    },
  };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
