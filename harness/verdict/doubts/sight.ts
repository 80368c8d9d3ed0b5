import type { Evidence, Finding } from '../checks/check.ts';
import { disturbancesOf, isWithin } from '../disturbances.ts';
import type { Turn } from '../turns.ts';

/** What a finding is about: its turn, and the part of the timeline in which somebody had to look. */
export function sightOf(
  { turn: number }: Finding,
  { all, turns, events }: Evidence,
): { turn: Turn | undefined; until: number; meanwhile: (event: { seq: number }) => boolean } {
  const turn = turns.find((one) => one.number === number);
  const from = turn?.marks.sent.seq ?? 0;
  const disturbed = disturbancesOf(events);
  const ended = all('gateway.stopping', 'gateway.exit').find(
    ({ kind, at }) => kind === 'gateway.stopping' || !isWithin(disturbed, at),
  );
  const until = Math.min(ended?.seq ?? Infinity, (turn?.end ?? turn?.givenUp)?.seq ?? Infinity);
  return { turn, until, meanwhile: ({ seq }) => from < seq && seq < until };
}
