import { disturbancesOf, isWithin } from '#harness/verdict/disturbances.ts';
import { servedMs } from '#harness/verdict/served.ts';
import type { Turn } from '#harness/verdict/turns.ts';
import { type Check, nameOf, seconds } from './check.ts';

/** Of replies that begin at all; one that never does is the matter of `reply-arrives`. */
export const firstWordInTime: Check = {
  id: 'first-word-in-time',
  title: 'the first word of a reply comes within its budget',
  judge({ turns, events, budgets }) {
    const disturbed = disturbancesOf(events);
    return turns.flatMap((turn) => {
      const word = firstWord(turn);
      const from = freeFrom(turn, turns);
      if (!word) return [];
      const took = servedMs(events, from.at, word.at);
      if (took <= budgets.firstWordMs) return [];
      if (isWithin(disturbed, word.at, word.at - from.at)) return [];
      return {
        sentence:
          `${nameOf(turn)} was shown its first word after ${seconds(took)}; ` +
          `the budget is ${seconds(budgets.firstWordMs)}`,
        turn: turn.number,
        evidence: [...new Set([turn.marks.sent.seq, from.seq, word.seq])],
      };
    });
  },
  blind: ({ turns }) => (turns.some(firstWord) ? undefined : 'no reply began'),
};

const firstWord = ({ marks }: Turn) => marks.streaming ?? marks.delivered;

/** A message that was sent into a reply has to wait for the end of that one. */
function freeFrom(turn: Turn, turns: readonly Turn[]): { seq: number; at: number } {
  const before = turns
    .filter(({ session, number }) => session === turn.session && number < turn.number)
    .flatMap(({ end, givenUp }) => end ?? givenUp ?? []);
  return [turn.marks.sent, ...before].reduce((late, one) => (one.at > late.at ? one : late));
}
