import { homedir, hostname, networkInterfaces } from 'node:os';

/** What a command says of the machine that it runs on, and people do not mean to show. */
interface Machine {
  /** The home folder of whoever runs the harness. */
  home: string;
  hostname: string;
  addresses: readonly string[];
}

/**
 * A command's output fit for a report that is pasted somewhere: paths begin at the gateway's HOME, and neither the
 * machine nor its user is named.
 * @param home the gateway's HOME, which becomes `~`
 */
export function withoutMachine(text: string, home: string, machine: Machine = thisMachine()): string {
  const named = [
    ...[machine.hostname, machine.hostname.split('.')[0]].map((value) => ({ value, label: '<HOST>' })),
    ...machine.addresses.map((value) => ({ value, label: '<IP>' })),
  ];
  const impersonal = text
    .replaceAll(home, '~')
    // A user without a folder of their own has the root.
    .replaceAll(machine.home.length > 1 ? machine.home : home, '<HOME>')
    // As `status --all` names the owner of a port.
    .replace(/(?<=\bpid \d{1,9} )[^\s:]+(?=:)/g, '<USER>');
  return named.reduce(
    (rest, { value, label }) =>
      value && value !== 'localhost' ? rest.replace(wholeWord(value), label) : rest,
    impersonal,
  );
}

const thisMachine = (): Machine => ({
  home: homedir(),
  hostname: hostname(),
  addresses: Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .flatMap(({ internal, address }) => (internal ? [] : [address])),
});

const wholeWord = (value: string): RegExp =>
  new RegExp(`(?<![\\w.:-])${value.replace(/[^\w]/g, '\\$&')}(?![\\w-]|\\.\\w)`, 'g');
