import type { EventOf } from '#harness/timeline/events.ts';
import { saidBehind } from '#harness/verdict/said-behind.ts';
import type { Turn } from '#harness/verdict/turns.ts';
import { doneMark, nonceMark, replyTo } from '#mocks/marks.ts';
import { type Check, type Evidence, type Finding, nameOf } from './check.ts';

/** Judges the last look at a session's history, which is what a page that is opened anew shows. */
export const historyIsTrue: Check = {
  id: 'history-is-true',
  title: 'the history holds every message once, and for every answer one turn of the assistant',
  judge(evidence) {
    return evidence.turns.flatMap((turn) => {
      const astray = elsewhere(turn, evidence);
      const history = historyOf(turn, evidence);
      if (!history) return astray;
      const asked = { turn, history };
      return [
        ...astray,
        ...repeated(asked),
        ...pieces(asked),
        ...(mayForget(turn, evidence) ? [] : [...lostMessage(asked), ...lostAnswer(asked)]),
      ];
    });
  },
  blind(evidence) {
    const unread = evidence.turns.find((turn) => !historyOf(turn, evidence));
    return unread && `the history of ${unread.session} was not read`;
  },
};

interface Asked {
  turn: Turn;
  history: EventOf<'chat.history'>;
}
type Found = Omit<Finding, 'check'>[];

const found = ({ turn, history }: Asked, what: string): Found => [
  {
    sentence: `the history ${what}: ${nameOf(turn)}`,
    turn: turn.number,
    evidence: [turn.marks.sent.seq, ...(turn.end ? [turn.end.seq] : []), history.seq],
  },
];

function historyOf({ session, marks }: Turn, { all }: Evidence): EventOf<'chat.history'> | undefined {
  const last = all('chat.history').findLast((event) => event.session === session);
  return last && last.seq > marks.sent.seq ? last : undefined;
}

/** What was said in one conversation stands in another, for whoever reads that. */
function elsewhere({ nonce, number, session, marks }: Turn, { all, turns }: Evidence): Found {
  const others = new Set(turns.map((turn) => turn.session).filter((other) => other !== session));
  return [...others].flatMap((other) => {
    const last = all('chat.history').findLast((event) => event.session === other);
    const stands = last?.messages.some(({ text }) => text.includes(nonceMark(nonce)));
    if (!last || !stands) return [];
    const sentence = `the history of ${other} holds what was said in ${session}: turn ${number + 1}`;
    return [{ sentence, turn: number, evidence: [marks.sent.seq, last.seq] }];
  });
}

/** Word for word: a message that the gateway joined with others into one stands in another text. */
function repeated(asked: Asked): Found {
  const mark = nonceMark(asked.turn.nonce);
  const own = asked.history.messages.filter(({ role, text }) => role === 'user' && text.includes(mark));
  const most = Math.max(
    0,
    ...Map.groupBy(own, ({ text }) => text.trim())
      .values()
      .map(({ length }) => length),
  );
  const answers = answersIn(asked).length;
  return [
    ...(most > 1 ? found(asked, `holds the user's message ${most} times`) : []),
    ...(answers > 1 ? found(asked, `holds the answer ${answers} times`) : []),
  ];
}

/** What a broken attempt left behind stands beside the answer, or beside the other attempts, as if it had been said. */
function pieces(asked: Asked): Found {
  const { nonce } = asked.turn;
  const said = saidBehind(nonce, asked.history.messages);
  const broken = said.filter((text) => isPiece(text.trim(), nonce)).length;
  const whole = said.some((text) => text.includes(doneMark(nonce)));
  if (broken === 0 || broken + (whole ? 1 : 0) < 2) return [];
  const beside = whole ? ' beside the answer' : '';
  return found(
    asked,
    `holds ${broken} ${broken === 1 ? 'piece' : 'pieces'} of a reply${beside} as turns of the assistant`,
  );
}

const isPiece = (text: string, nonce: string): boolean =>
  text.length > 0 && text.length < replyTo(nonce).length && replyTo(nonce).startsWith(text);

/** Only of a message that the gateway has dealt with: one that never left its queue is another matter. */
function lostMessage(asked: Asked): Found {
  const { nonce, marks, end } = asked.turn;
  const dealtWith = marks['reached-provider'] || end?.ending === 'failed' || end?.ending === 'answered';
  const stands = asked.history.messages.some(
    ({ role, text }) => role === 'user' && text.includes(nonceMark(nonce)),
  );
  return marks.accepted && dealtWith && !stands ? found(asked, "has lost the user's message") : [];
}

function lostAnswer(asked: Asked): Found {
  const answered = asked.turn.end?.ending === 'answered';
  return answered && answersIn(asked).length === 0 ? found(asked, 'has lost the answer') : [];
}

const answersIn = ({ turn, history }: Asked) =>
  history.messages.filter(({ role, text }) => role === 'assistant' && text.includes(doneMark(turn.nonce)));

/** Where something may be missing in good faith: it was cut short, summed up, or wiped by a command of the user's. */
function mayForget({ session, end, givenUp }: Turn, { all }: Evidence): boolean {
  if (!(end || givenUp) || end?.ending === 'interrupted' || end?.ending === 'aborted') return true;
  const wiped = all('command.sent').some(
    (command) => command.session === session && WIPES.test(command.text),
  );
  const compacted =
    all('provider.request').some(({ purpose }) => purpose === 'compaction') ||
    all('gateway.log').some(({ message }) => COMPACTED.test(message));
  return wiped || compacted;
}

/** Chat commands that begin a conversation anew, or sum it up; `/status` and its like leave it as it is. */
const WIPES = /^\s*\/(new|reset|clear|compact)\b/i;
/** It was done; that it is configured, or was not needed, is said too. */
const COMPACTED = /\bcompacted\b|\bcompaction (completed?|done|ended|finished|succeeded)\b/i;
