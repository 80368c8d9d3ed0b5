import { InvalidArgumentError, Option } from 'commander';

/** Reads the value of an option that counts something. @throws InvalidArgumentError */
export function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('Expected a whole number from 1 up.');
  return value;
}

/** Reads the value of an option that is a time: `45m`, `2h`. @throws InvalidArgumentError */
function minutes(text: string): number {
  const [, value, unit] = /^(\d{1,4})(m|h)$/.exec(text) ?? [];
  if (!value || value === '0') throw new InvalidArgumentError('Expected a time: 45m, 2h.');
  return Number(value) * (unit === 'h' ? 60 : 1);
}

/** `--budget 2h`, in minutes. */
export const budgetOption = (): Option =>
  new Option('--budget <time>', 'start no new probe after this time: 45m, 2h')
    .argParser(minutes)
    .default(24 * 60, '24h');
