import { WebChat } from '#harness/page/web-chat.ts';
import { RunClock } from '#harness/run/clock.ts';
import { Driver } from '#harness/run/driver.ts';
import type { GatewayStepsOptions } from '#harness/run/gateway-steps.ts';
import { parseScenario } from '#harness/scenario/scenario.ts';
import type { Script } from '#harness/scenario/script.ts';
import { Timeline } from '#harness/timeline/timeline.ts';
import { lastNonce, replyTo } from '#mocks/marks.ts';
import { type FakeClient, type Method, startFakeGateway, undisturbed, untouched } from './fake-gateway.ts';

const never = new AbortController().signal;
const SESSION = 'agent:main:main';

export interface Fake {
  /** What happens to a message. */
  onSend: (nonce: string, client: FakeClient, runId: string) => void;
  /** What `agent.wait` says; without it the run never ends. */
  runStatus?: (runId: string) => string | undefined;
  sessionStatus?: () => string;
  budgets?: object;
  setup?: object;
  seed?: string;
  exited?: AbortSignal;
  methods?: { [method: string]: Method };
  upgrade?: GatewayStepsOptions['upgrade'];
  /** Called when the script waits for the gateway to answer again. */
  ready?: () => Promise<void>;
}

/** Plays a script against the small fake gateway; the events that it leaves. */
export async function playScript(script: Script, fake: Fake) {
  const { onSend, runStatus, sessionStatus = () => 'done', budgets, setup, exited = never } = fake;
  const { methods, upgrade, ready, seed = 's' } = fake;
  await using gateway = await startFakeGateway({
    'chat.send': ({ message, idempotencyKey }, client) => {
      queueMicrotask(() => onSend(lastNonce(String(message)) ?? '', client, String(idempotencyKey)));
      return { runId: idempotencyKey, status: 'started' };
    },
    'agent.wait': ({ runId }) => ({ status: runStatus?.(String(runId)) ?? 'timeout' }),
    'sessions.list': () => ({ sessions: [{ key: SESSION, status: sessionStatus() }] }),
    ...methods,
  });
  const timeline = new Timeline();
  const scenario = parseScenario('area/name', {
    title: 'x',
    script,
    ...(setup && { setup }),
    budgets: { turnMs: 3_000, quietMs: 500, ...budgets },
  });
  const newTab = (number: number) => new WebChat({ url: gateway.url, token: 't' }, timeline.record, number);
  await using chat = newTab(1);
  await chat.connect(5_000, never);
  const common = {
    seed,
    signal: never,
    gateway: { ...undisturbed, ...untouched, exited },
    operator: untouched,
    clock: new RunClock(timeline.record),
    upgrade,
    ready: async () => {
      await ready?.();
      await chat.connect(5_000, never);
    },
    progress: () => undefined,
  };
  await using driver = new Driver({ scenario, chat, newTab, timeline, ...common });
  await script(driver);
  await driver.settled();
  return timeline.events;
}

const final = (content: string, runId: string) => ({
  sessionKey: SESSION,
  runId,
  state: 'final',
  message: { content },
});

/** Answers a message in the tab that sent it. */
export const answer: Fake['onSend'] = (nonce, client, runId) =>
  client.event('chat', final(replyTo(nonce), runId));

/** Answers a message in every tab, as a real gateway does. */
export const answerEverywhere: Fake['onSend'] = (nonce, client, runId) =>
  client.everywhere('chat', final(replyTo(nonce), runId));
