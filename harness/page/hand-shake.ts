import { setTimeout as sleep } from 'node:timers/promises';
import { type Address, Connection } from './connection.ts';
import type { Device } from './device.ts';

/** How long an attempt may take, in milliseconds: a busy gateway answers late. */
const HANDSHAKE_TIMEOUT = 15_000;
/** How long one may be left without any answer before another begins beside it. */
const UNANSWERED = 1_000;
/** Between an attempt that failed and the next one. */
const PAUSE = 100;

interface HandShakeOptions {
  address: Address;
  device: Device;
  /** Until when, on the clock of `performance.now()`. */
  deadline: number;
  signal: AbortSignal;
}

/**
 * Shakes hands with a gateway that may still be busy with itself: 2026.4.14 closes the first handshake with 1000 for some
 * 10 s after it calls itself ready, and a starting gateway may take an upgrade and never answer it, while it answers the
 * next one. So another attempt begins beside one that has heard nothing for a second. The older one keeps its time, and
 * all others are dropped as soon as one is let in. An attempt that was answered at all is waited for.
 * @returns the connection, and how many attempts were made
 * @throws what the last attempt failed with, when the time is over; what `signal` was aborted with
 */
export async function shakeHands({ address, device, deadline, signal }: HandShakeOptions) {
  const done = new AbortController();
  const ended = AbortSignal.any([signal, done.signal]);
  const letIn = Promise.withResolvers<Connection>();
  let attempts = 0;
  let failure: unknown = new Error('it took the connection and answered nothing');

  /** Settled when another attempt is due. */
  async function attempt(): Promise<void> {
    attempts++;
    const answered = Promise.withResolvers<void>();
    const options = { timeoutMs: HANDSHAKE_TIMEOUT, signal: ended, onAnswer: answered.resolve };
    const opened = Connection.open(address, device, options).then(
      (connection) => (done.signal.aborted ? connection.close() : letIn.resolve(connection)),
      (error: unknown) => {
        failure = error;
      },
    );
    const unanswered = sleep(UNANSWERED, true, { signal: ended });
    if (await Promise.race([unanswered, answered.promise, opened])) return;
    await opened;
    await sleep(PAUSE, undefined, { signal: ended });
  }

  async function tryAgain(): Promise<never> {
    for (;;) {
      await attempt();
      if (performance.now() > deadline) throw failure;
    }
  }

  try {
    const connection = await Promise.race([letIn.promise, tryAgain()]);
    return { connection, attempts };
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    done.abort();
  }
}
