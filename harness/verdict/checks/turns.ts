import { type EventOf, stages } from '#harness/timeline/events.ts';
import { servedMs } from '#harness/verdict/served.ts';
import { stageOf, type Turn } from '#harness/verdict/turns.ts';
import { type Check, type Evidence, type Finding, nameOf, seconds } from './check.ts';

export const replyArrives: Check = {
  id: 'reply-arrives',
  title:
    'every message ends, within its budget, in a reply that answers it or, where no reply can be had, in an error that the user sees',
  judge: (evidence) => evidence.turns.flatMap((turn) => unanswered(turn, evidence) ?? []),
};

export const sessionContinues: Check = {
  id: 'session-continues',
  title: 'the next message in the same session is answered too',
  judge(evidence) {
    return evidence.turns.flatMap((turn) => {
      const before = evidence.turns.findLast(
        (other) => other.session === turn.session && other.number < turn.number,
      );
      const missing = before && unanswered(turn, evidence);
      if (!missing) return [];
      return { ...missing, sentence: `after turn ${before.number + 1}, ${missing.sentence}` };
    });
  },
};

/** Asks about sessions other than the one that a first failing turn belongs to. */
export const othersUnharmed: Check = {
  id: 'others-unharmed',
  title: 'while one session fails, another one is answered',
  judge(evidence) {
    const first = evidence.turns.find((turn) => unanswered(turn, evidence));
    if (!first) return [];
    const others = evidence.turns.filter(
      (turn) => turn.session !== first.session && turn.marks.sent.at >= first.marks.sent.at,
    );
    return others.flatMap((turn) => unanswered(turn, evidence) ?? []);
  },
};

export const noGhostRun: Check = {
  id: 'no-ghost-run',
  title: 'after the last answer no session is left running or queued',
  judge({ all, turns }) {
    const last = all('chat.sessions').at(-1);
    const over = turns.every(({ end, givenUp }) => last && ((end ?? givenUp)?.seq ?? last.seq) < last.seq);
    const asked = new Set(turns.map(({ session }) => session));
    const left = last?.sessions.filter((row) => over && asked.has(row.key) && isAtWork(row)) ?? [];
    return left.map(({ key, status = 'running' }) => ({
      sentence: `the gateway still calls ${key} ${status} after all turns have ended`,
      evidence: [last?.seq ?? 0],
    }));
  },
};

type SessionRow = EventOf<'chat.sessions'>['sessions'][number];
const isAtWork = ({ status, atWork = status === 'running' || status === 'queued' }: SessionRow) => atWork;

/** The finding against a turn that ended in nothing that the user could see, or `undefined`. */
function unanswered(turn: Turn, { budgets, expect, events }: Evidence): Omit<Finding, 'check'> | undefined {
  const { end, givenUp, marks, runEnded, deferred } = turn;
  const took = end && servedMs(events, marks.sent.at, end.at);
  const stage = stageOf(turn);
  const found = (what: string) => ({
    sentence: `${nameOf(turn)} ${what}`,
    stage,
    turn: turn.number,
    evidence: proof(turn),
  });
  if (took !== undefined && took > budgets.turnMs) {
    return {
      ...found(`ended only after ${seconds(took)}; its budget is ${seconds(budgets.turnMs)}`),
      late: true as const,
    };
  }
  if (end?.ending === 'partial')
    return found(`was shown a piece of the reply as if it were the whole: "${end.text}"`);
  if ((turn.expect ?? expect) === 'reply' && (end?.ending === 'failed' || end?.ending === 'rejected')) {
    return found(`ended in an error where a reply was due: "${end.text.slice(0, 300)}"`);
  }
  if (end || !givenUp) return undefined;
  const blank = turn.tabs.filter((tab) => !turn.shown.has(tab));
  if (turn.shown.size > 0) {
    const [where, nowhere] = [[...turn.shown.keys()], blank].map((tabs) => `tab ${tabs.join(' and tab ')}`);
    const within = seconds(givenUp.at - marks.sent.at);
    return found(`ended in ${where} of the page and never in ${nowhere}, within ${within}`);
  }
  const place = `stopped at "${stage}"`;
  if (runEnded) {
    const silent = givenUp.at - runEnded.at;
    return found(
      `never ended: it ${place}; the gateway called its run ended (${runEnded.status}) after ` +
        `${seconds(runEnded.at - marks.sent.at)} and then showed neither a reply nor an error for ${seconds(silent)}`,
    );
  }
  const queued = deferred ? ', after an empty final' : '';
  return found(
    `never ended: it ${place}${queued} and nothing more came within ${seconds(givenUp.at - marks.sent.at)}`,
  );
}

function proof({ marks, shown, end, givenUp, runEnded, deferred }: Turn): number[] {
  const all = [...stages.map((stage) => marks[stage]), deferred, runEnded, ...shown.values(), end, givenUp];
  return [...new Set(all.flatMap((mark) => (mark ? [mark.seq] : [])))];
}
