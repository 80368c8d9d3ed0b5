import { FIRST_TAB } from '../turns.ts';
import type { Doubt } from './doubt.ts';
import { sightOf } from './sight.ts';

/** Nobody could see what a finding is about. */
export const pageAway: Doubt = {
  id: 'page-away',
  outcome: 'inconclusive',
  raise({ decisive, evidence }) {
    if (!decisive) return undefined;
    const { turn, until, meanwhile } = sightOf(decisive, evidence);
    if (!turn) return undefined;
    const ofTurn = ({ tab = FIRST_TAB }: { tab?: number | undefined }) => turn.tabs.includes(tab);
    const lost = evidence.all('chat.closed').filter(ofTurn).findLast(meanwhile);
    if (!lost) return undefined;
    // A reply that came meanwhile stands in the history, which the page has read again; an error does not.
    const since = Math.max(lost.seq, turn.runEnded?.seq ?? 0);
    const readAgain = evidence
      .all('chat.history')
      .some(
        (history) =>
          history.reloaded &&
          history.session === turn.session &&
          ofTurn(history) &&
          since < history.seq &&
          history.seq < until,
      );
    if ((turn.expect ?? evidence.expect) === 'reply' && readAgain) return undefined;
    return `the web chat had lost its connection (${lost.code} ${lost.reason}) meanwhile, so this proves little: ${decisive.sentence}`;
  },
};
