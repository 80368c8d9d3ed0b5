import type { EventOf } from '#harness/timeline/events.ts';
import { disturbancesOf, isWithin } from '#harness/verdict/disturbances.ts';
import { servedMs } from '#harness/verdict/served.ts';
import { type Check, seconds } from './check.ts';

export const gatewayAlive: Check = {
  id: 'gateway-alive',
  title: 'the gateway answers for its health throughout, its process lives, and no rejection goes unhandled',
  judge({ all, events, budgets }) {
    const stopping = events.find(({ kind }) => kind === 'gateway.stopping');
    const disturbed = disturbancesOf(events);
    // What it says while it is being stopped is no sign of ill health: 2026.9.6 refuses the question then.
    const over = ({ seq }: { seq: number }) => stopping !== undefined && seq > stopping.seq;
    const died = all('gateway.exit').filter((exit) => !over(exit) && !isWithin(disturbed, exit.at));
    // Refused at once, or so late that it had the time to answer.
    const isDeaf = ({ ok, at, tookMs }: EventOf<'gateway.health'>) =>
      (!ok && tookMs < budgets.healthMs) ||
      servedMs(events, at - tookMs, at) > budgets.healthMs - (ok ? 0 : 1);
    const deaf = all('gateway.health').filter(
      (health) => isDeaf(health) && !over(health) && !isWithin(disturbed, health.at, health.tookMs),
    );
    const unhandled = all('gateway.log').filter(({ message }) =>
      /^(\[\w+\] )?(unhandled promise rejection|uncaught exception)\b/i.test(message),
    );
    return [
      ...died.map(({ seq, code, signal, outOfMemory }) => ({
        sentence: `the gateway's process ended by itself (${outOfMemory ? 'out of memory' : (signal ?? `code ${code}`)})`,
        evidence: [seq],
      })),
      ...deaf.map(({ seq, tookMs }) => ({
        sentence: `the gateway did not answer for its health within ${seconds(tookMs)}`,
        evidence: [seq],
      })),
      ...unhandled.map(({ seq, message }) => ({
        sentence: `the gateway logged: ${message.slice(0, 200)}`,
        evidence: [seq],
      })),
    ];
  },
};

export const noSecretShown: Check = {
  id: 'no-secret-shown',
  title: 'nothing that the user or the log sees holds a token',
  judge({ all }) {
    const leaking = all('gateway.log', 'gateway.cli', 'chat.event').filter(
      ({ leaks }) => leaks !== undefined,
    );
    return leaking.map((event) => ({
      sentence: `${SHOWS[event.kind]} shows ${event.leaks?.join(', ')}`,
      evidence: [event.seq],
    }));
  },
};

const SHOWS = { 'gateway.log': 'the log', 'gateway.cli': 'a command', 'chat.event': 'the chat' } as const;
