import { newestMessage } from '#mocks/marks.ts';
import { type Fault, type FaultedRequest, fault, made, partsOf, reply } from './fault.ts';

/** `chosen` for the requests that `which` picks, `others` for the rest. */
export const when = made(
  'when',
  (which: (request: FaultedRequest) => boolean, chosen: Fault, others: Fault = reply()): Fault =>
    choice('where the scenario says so', which, chosen, others),
);

/** `chosen` for the `n`-th request to the target alone, from 1. */
export const nth = made(
  'nth',
  (n: number, chosen: Fault, others: Fault = reply()): Fault =>
    choice(`at request ${n}`, ({ ordinal }) => ordinal === n, chosen, others),
);

/** `chosen` for the requests whose newest message holds `text`. */
export const onMessage = made(
  'onMessage',
  (text: string, chosen: Fault, others: Fault = reply()): Fault =>
    choice(`to "${text}"`, (request) => newestMessage(request.text).includes(text), chosen, others),
);

/** `chosen` from a provider that it is right not to ask at all. */
export const ifAsked = made(
  'ifAsked',
  (chosen: Fault): Fault => ({
    ...chosen,
    describe: () => `${chosen.describe()}, if it is asked`,
    mayBeMissed: true,
  }),
);

const choice = (
  where: string,
  which: (request: FaultedRequest) => boolean,
  chosen: Fault,
  others: Fault,
): Fault => ({
  ...fault(
    chosen.name === others.name ? chosen.name : `${chosen.name}+${others.name}`,
    `${chosen.describe()} ${where}, and otherwise ${others.describe()}`,
    (steps, request) => (which(request) ? chosen : others).apply(steps, request),
  ),
  parts: [...partsOf(chosen), ...partsOf(others)],
});
