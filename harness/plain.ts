import { stripVTControlCharacters } from 'node:util';

/** Text from outside on one line, without anything that a terminal or a renderer would obey. */
export const plain = (text: string): string =>
  stripVTControlCharacters(text)
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
