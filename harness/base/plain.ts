import { stripVTControlCharacters } from 'node:util';

/** `1 run`, `2 runs` */
export const counted = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`;

/** Text from outside on one line, without anything that a terminal or a renderer would obey. */
export const plain = (text: string): string =>
  stripVTControlCharacters(text)
    .replace(/\p{Cf}+/gu, '')
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trimEnd();
