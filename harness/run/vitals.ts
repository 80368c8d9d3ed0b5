import type { WebChat } from '#harness/page/web-chat.ts';
import type { Timeline } from '#harness/timeline/timeline.ts';
import { isDisturbed } from '#harness/verdict/disturbances.ts';
import { HARD_CAP } from '#harness/verdict/served.ts';
import { servedTimeout } from './served-timeout.ts';

const HEALTH_EVERY = 10_000;
const PULSE = 1_000;
/** A machine that keeps the harness waiting for longer may have kept the gateway waiting too. */
const STALL = 3_000;

/** While a script runs: asks for the gateway's health, and feels whether the harness itself keeps its own time. */
export class Vitals implements AsyncDisposable {
  readonly #timeline: Timeline;
  readonly #chat: WebChat;
  readonly #healthMs: number;
  readonly #health: NodeJS.Timeout;
  readonly #pulse: NodeJS.Timeout;
  #checking: Promise<void> = Promise.resolve();

  /** @param healthMs how long an answer may take, not counted when the gateway waits for a core */
  constructor(timeline: Timeline, chat: WebChat, healthMs: number) {
    this.#timeline = timeline;
    this.#chat = chat;
    this.#healthMs = healthMs;
    this.#health = setInterval(() => this.check(), HEALTH_EVERY);
    let last = timeline.elapsed();
    this.#pulse = setInterval(() => {
      const forMs = timeline.elapsed() - last - PULSE;
      if (forMs > STALL) timeline.record({ kind: 'harness.stalled', forMs });
      last = timeline.elapsed();
    }, PULSE);
  }

  check(): Promise<void> {
    if (isDisturbed(this.#timeline.events)) return this.#checking;
    this.#checking = this.#checking.then(() => this.#ask());
    return this.#checking;
  }

  async #ask(): Promise<void> {
    using over = servedTimeout(this.#timeline, this.#healthMs);
    await this.#chat.checkHealth(HARD_CAP * this.#healthMs, over.signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#health);
    clearInterval(this.#pulse);
    await this.#checking;
  }
}
