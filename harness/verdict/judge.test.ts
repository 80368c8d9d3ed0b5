import { expect, test } from 'vitest';
import { underControl } from '#harness/batch/controls.ts';
import type { RunRecord } from '#harness/record/record.ts';
import { parseScenario } from '#harness/scenario/scenario.ts';
import { goodTurn, hungTurn, MAIN, the, timelineOf } from '#harness/testing/timeline-of.ts';
import type { EventBody } from '#harness/timeline/events.ts';
import { cutAfter, delay, ifAsked, reply, serverError } from '#mocks/faults.ts';
import { judge } from './judge.ts';

const scenario = (name: string, parts: object = {}) =>
  parseScenario(name, { title: 'Something', script: async () => undefined, ...parts });
const cut = { providers: { codex: [cutAfter(1)] } };
const delivered: EventBody = { kind: 'provider.fault', exchange: 0, fault: 'cut-after-1-fin' };
const outcome = (...[rules, ...events]: [ReturnType<typeof scenario>, ...EventBody[]]) =>
  judge(rules, timelineOf(...events));

test('a run without findings is clean and says what happened', () => {
  expect(outcome(scenario('stream/x'), ...goodTurn(0))).toMatchObject({
    outcome: 'clean',
    verdict: '1 of 1 messages answered, 1 provider request.',
  });
});

test('a finding that the scenario is about reproduces it', () => {
  const rules = scenario('stream/x', {
    ...cut,
    regression: [{ check: 'reply-arrives', stage: 'streaming' }],
  });
  expect(outcome(rules, delivered, ...hungTurn(0)).outcome).toBe('reproduced');
});

test('another finding, or the same at another stage, is not the regression', () => {
  const about = (stage: string) =>
    scenario('stream/x', { ...cut, regression: [{ check: 'reply-arrives', stage }] });
  const result = outcome(about('accepted'), delivered, ...hungTurn(0));
  expect(result.outcome).toBe('inconclusive');
  expect(result.verdict).toContain('Not this regression, but something else is wrong');
});

test('a fault that was never delivered makes a run inconclusive, also with a finding', () => {
  expect(outcome(scenario('stream/x', cut), ...goodTurn(0))).toMatchObject({
    outcome: 'inconclusive',
    verdict: 'The fault cut-after-1-fin was never delivered.',
  });
  expect(outcome(scenario('stream/x', cut), ...hungTurn(0)).outcome).toBe('inconclusive');
});

test('a message that never came so far as the script waited for makes a run inconclusive', () => {
  const sent: EventBody = { ...the(0).sent, until: 'streaming' };
  const rest = [the(0).accepted, the(0).reached, the(0).answered];
  expect(outcome(scenario('stream/x', {}), sent, ...rest)).toMatchObject({
    outcome: 'inconclusive',
    verdict: 'Turn 1 (agent:main:main) never came to "streaming", for which the script waited.',
  });
  expect(outcome(scenario('stream/x', {}), { ...sent, until: 'reached-provider' }, ...rest).outcome).toBe(
    'clean',
  );
});

test('a scenario about WebSockets accuses no gateway that opened none', () => {
  const rules = scenario('stream/x', { ...cut, setup: { codexTransport: 'websocket' } });
  expect(outcome(rules, delivered, ...hungTurn(0)).outcome).toBe('untestable');
  const opened: EventBody = { ...the(0).reached, method: 'WEBSOCKET' };
  expect(outcome(rules, opened, delivered, ...hungTurn(0)).outcome).toBe('reproduced');
});

test('one delivered fault of a sequence is enough, and a composed one counts by its parts', () => {
  const sequence = scenario('stream/x', { providers: { codex: [cutAfter(1), reply()] } });
  expect(outcome(sequence, delivered, ...goodTurn(0)).outcome).toBe('clean');
  const composed = scenario('stream/x', { providers: { codex: [delay(5, cutAfter(1))] } });
  expect(outcome(composed, { ...delivered, fault: 'delay-5ms' }, ...goodTurn(0)).outcome).toBe('clean');
});

test('a fault that it is right not to ask for may be missed', () => {
  const providers = { codex: [cutAfter(1)], xai: [ifAsked(serverError(503))] };
  const rules = scenario('fallback/x', { providers });
  const cut: EventBody = { kind: 'provider.fault', exchange: 0, fault: 'cut-after-1-fin' };
  expect(outcome(rules, cut, ...goodTurn(0)).outcome).toBe('clean');
  expect(outcome(rules, ...goodTurn(0)).verdict).toBe('The fault cut-after-1-fin was never delivered.');
});

test('a scenario about refreshes is inconclusive where none was attempted', () => {
  const rules = scenario('oauth/x', {
    setup: { codexToken: 'spent' },
    regression: [{ check: 'refresh-discipline' }],
  });
  expect(outcome(rules, the(0).sent, the(0).accepted, the(0).failed)).toMatchObject({
    outcome: 'inconclusive',
    verdict: 'No refresh was attempted.',
  });
  const rotated: EventBody = { kind: 'gateway.step', step: 'rotate-token', detail: 'RT1 for RT2' };
  expect(outcome(rules, rotated, ...goodTurn(0)).outcome).toBe('clean');
});

test('a check that the scenario asks for and that could see nothing makes a run inconclusive, never clean', () => {
  const rules = scenario('oauth/x', { setup: { codexToken: 'expired' }, checks: ['tokens-stored'] });
  const result = outcome(rules, ...goodTurn(0));
  expect(result).toMatchObject({ outcome: 'inconclusive', verdict: 'No refresh token was rotated.' });
  expect(result.checks.at(-1)).toEqual({ id: 'tokens-stored', result: 'blind' });
  expect(outcome(rules, ...hungTurn(0)).outcome).toBe('reproduced');
});

test('a check that nobody asked for may be blind, and a blind regression proves nothing, whatever else is wrong', () => {
  const spent = { setup: { codexToken: 'spent' } };
  expect(outcome(scenario('oauth/x', { ...spent, expect: 'reply' }), ...goodTurn(0)).outcome).toBe('clean');
  const both = { ...spent, regression: [{ check: 'refresh-discipline' }, { check: 'reply-arrives' }] };
  expect(outcome(scenario('oauth/x', both), ...hungTurn(0))).toMatchObject({
    outcome: 'inconclusive',
    verdict: 'No refresh was attempted.',
  });
});

test('a finding of a check that the scenario asks for besides its regression is something else', () => {
  const rules = scenario('stream/x', {
    checks: ['first-word-in-time'],
    budgets: { firstWordMs: 1 },
    regression: [{ check: 'reply-arrives' }],
  });
  const result = outcome(rules, ...goodTurn(0));
  expect(result.outcome).toBe('inconclusive');
  expect(result.verdict).toContain(
    'something else is wrong: turn 1 (agent:main:main) was shown its first word',
  );
  const { checks: _checks, ...without } = rules;
  expect(outcome({ ...without, checks: [] }, ...goodTurn(0)).outcome).toBe('clean');
});

test('a run without a message proves nothing', () => {
  expect(outcome(scenario('stream/x')).outcome).toBe('inconclusive');
});

test('a crashed check makes a run inconclusive', () => {
  const broken = { id: 'reply-arrives', title: '', judge: () => JSON.parse('{') } as const;
  expect(judge(scenario('stream/x'), timelineOf(...goodTurn(0)), [broken])).toMatchObject({
    outcome: 'inconclusive',
    checks: [{ result: 'crashed' }],
  });
});

test('a control accuses nobody: where it fails, the version is untestable', () => {
  const { sent, accepted, failed } = the(0);
  expect(outcome(scenario('control/x'), ...hungTurn(0)).outcome).toBe('untestable');
  expect(outcome(scenario('control/x'), sent, accepted, failed).outcome).toBe('untestable');
});

test('a failing control takes back what was found beside it', () => {
  const record = (name: string, result: string) => ({ scenario: { name }, outcome: result }) as RunRecord;
  const judged = (...records: RunRecord[]) => underControl(records).map((one) => one.outcome);
  expect(judged(record('control/x', 'clean'), record('stream/x', 'reproduced'))).toEqual([
    'clean',
    'reproduced',
  ]);
  expect(
    judged(record('control/x', 'untestable'), record('stream/x', 'reproduced'), record('stream/y', 'clean')),
  ).toEqual(['untestable', 'untestable', 'untestable']);
});

test('what was not shown while the connection was lost is not held against the gateway', () => {
  const { sent, accepted, reached, streaming, runEnded, givenUp } = the(0);
  const lost: EventBody = { kind: 'chat.closed', code: 1006, reason: '' };
  expect(
    outcome(scenario('stream/x'), sent, accepted, lost, reached, streaming, runEnded, givenUp).outcome,
  ).toBe('inconclusive');
  expect(outcome(scenario('stream/x'), lost, ...hungTurn(0)).outcome).toBe('reproduced');
});

test('a page that was away and has read the history since knows that a reply never came, but not whether an error did', () => {
  const { sent, accepted, reached, runEnded, givenUp } = the(0);
  const lost: EventBody = { kind: 'chat.closed', code: 1001, reason: '' };
  const read: EventBody = { kind: 'chat.history', session: MAIN, messages: [], reloaded: true };
  const away = [sent, accepted, reached, lost] as const;
  const due = scenario('stream/x', { expect: 'reply' });
  expect(outcome(due, ...away, runEnded, read, givenUp).outcome).toBe('reproduced');
  expect(outcome(due, ...away, read, runEnded, givenUp).outcome).toBe('inconclusive');
  expect(outcome(due, ...away, runEnded, { ...read, tab: 2 }, givenUp).outcome).toBe('inconclusive');
  const either = scenario('stream/x', { expect: 'reply-or-error' });
  expect(outcome(either, ...away, runEnded, read, givenUp).outcome).toBe('inconclusive');
});

test('a tab without a connection hides nothing that another one was to show', () => {
  const lost: EventBody = { kind: 'chat.closed', code: 1006, reason: '', tab: 2 };
  const [sent, ...rest] = hungTurn(0);
  if (!sent) throw new Error('the turn sends nothing');
  expect(outcome(scenario('stream/x'), sent, lost, ...rest).outcome).toBe('reproduced');
});

test('what happened while the harness itself stood still is not held against the gateway', () => {
  const { sent, accepted, reached, runEnded, givenUp } = the(0);
  const stalled: EventBody = { kind: 'harness.stalled', forMs: 9_000 };
  expect(outcome(scenario('stream/x'), sent, accepted, stalled, reached, runEnded, givenUp).outcome).toBe(
    'inconclusive',
  );
  expect(outcome(scenario('stream/x'), ...hungTurn(0), stalled).outcome).toBe('reproduced');
});

test('a gateway that somebody else ended is not accused of it, one that breaks down is', () => {
  const exit = (signal: string): EventBody => ({ kind: 'gateway.exit', code: null, signal });
  const { sent, accepted, givenUp } = the(0);
  const ended = { ...givenUp, because: 'exit' } as const;
  expect(outcome(scenario('stream/x'), sent, accepted, exit('SIGKILL'), ended).outcome).toBe('inconclusive');
  expect(outcome(scenario('stream/x'), sent, accepted, exit('SIGSEGV'), ended).outcome).toBe('reproduced');
});

test('a message that nobody followed to its end, and a control that reached no provider, prove nothing', () => {
  const { sent, accepted, answered } = the(0);
  expect(outcome(scenario('stream/x'), sent, accepted).verdict).toContain(
    'was still open when the run ended',
  );
  expect(outcome(scenario('control/x'), sent, accepted, answered).outcome).toBe('untestable');
});

test('what the diagnostics after a run redeem, log or bring down counts against nobody', () => {
  const redeemed = (exchange: number, result: 'rotated' | 'reused'): EventBody[] => [
    { kind: 'token.redeemed', exchange, presented: 'RT1', result },
    { kind: 'provider.end', exchange, by: 'provider', how: 'complete' },
  ];
  const marker: EventBody = { kind: 'gateway.diagnostics' };
  const shown: EventBody = {
    kind: 'gateway.cli',
    command: 'openclaw models status',
    code: 0,
    tookMs: 5,
    output: '<RT1>',
    leaks: ['RT1'],
  };
  const exit: EventBody = { kind: 'gateway.exit', code: 1, signal: null };
  const before = [...redeemed(1, 'rotated'), ...goodTurn(0)];
  const rules = scenario('oauth/x', { regression: [{ check: 'refresh-discipline' }] });
  const judged = (...events: EventBody[]) => judge(rules, timelineOf(...before, ...events));
  expect(judged(...redeemed(2, 'reused')).outcome).toBe('reproduced');
  expect(judged(marker, ...redeemed(2, 'reused'), shown, exit)).toEqual(judged());
  expect(judged(...redeemed(2, 'reused'), marker, shown, exit)).toEqual(judged(...redeemed(2, 'reused')));
  const killed: EventBody = { ...exit, code: null, signal: 'SIGKILL' };
  expect(judged(marker, killed, ...hungTurn(1))).toEqual(judged());
});

test('a verdict holds nothing that a terminal would obey', () => {
  const { sent, accepted, failed } = the(0);
  const hostile = { ...failed, error: 'x\u001b[2J\u001b]0;title\u0007\r\ny\u202e' };
  const { verdict } = judge(scenario('stream/x', { expect: 'reply' }), timelineOf(sent, accepted, hostile));
  expect(verdict).toContain('"x y"');
});
