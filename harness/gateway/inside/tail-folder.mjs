/**
 * Follows files as they grow. Plain JavaScript without dependencies: in a container it runs under the gateway's Node.
 */
import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';

const INTERVAL = 200;
const CHUNK = 64 * 1024;

/**
 * Follows the files of a folder that end in `suffix`, also ones still to come, and hands over each whole line.
 * @param {string} folder
 * @param {string} suffix
 * @param {(line: string) => void} onLine
 * @returns {Disposable}
 */
export function tailFolder(folder, suffix, onLine) {
  /** @type {Map<string, { offset: number, rest: string }>} */
  const files = new Map();
  const buffer = Buffer.alloc(CHUNK);

  function read() {
    for (const name of namesIn(folder)) {
      if (!name.endsWith(suffix)) continue;
      const file = files.get(name) ?? { offset: 0, rest: '' };
      files.set(name, file);
      readOn(join(folder, name), file);
    }
  }

  /** @type {(path: string, file: { offset: number, rest: string }) => void} */
  function readOn(path, file) {
    const whole = [];
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

/** @param {string} folder */
function namesIn(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
