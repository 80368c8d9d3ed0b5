/**
 * Preloaded into a command that refuses to run without a terminal: gives it one, at which whatever is asked is answered
 * with Enter, as it was proposed.
 * Plain JavaScript without dependencies: it runs under whatever Node the gateway runs on.
 */
import { PassThrough } from 'node:stream';

/** So that whoever asks has drawn the question, and listens. */
const SOON = 200;

const keyboard = Object.assign(new PassThrough(), {
  isTTY: true,
  setRawMode(raw) {
    if (raw) setTimeout(() => keyboard.write('\r'), SOON);
    return keyboard;
  },
});
Object.defineProperty(process, 'stdin', { value: keyboard });
