import { stripVTControlCharacters } from 'node:util';

/** Text from outside on one line, without anything that a terminal or a renderer would obey. */
export const plain = (text: string): string =>
  stripVTControlCharacters(text)
    .replace(/\p{Cf}+/gu, '')
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trimEnd();
