import { messageOf } from '#harness/base/error.ts';
import { plain } from '#harness/base/plain.ts';
import type { CliRun } from '#harness/gateway/gateway.ts';
import type { Page, Script } from '#harness/scenario/script.ts';
import type { Turn } from '#harness/verdict/turns.ts';

/** A script with more steps than this is not told to its end. */
const MOST = 200;
const END = Symbol('the script is long enough');

/** What a script does, a sentence a step, found by playing it to a page that answers at once. Never rejects. */
export async function scriptInWords(script: Script): Promise<string[]> {
  const told = new Told();
  try {
    await script(told.page as unknown as Page);
    told.pause();
  } catch (error) {
    told.said.push(error === END ? '…' : `breaks off: ${plain(messageOf(error))}`);
  }
  return told.said;
}

/** Writes down what is called, whatever it is, on a clock of its own that runs from step to step. */
class Told {
  readonly said: string[] = [];
  readonly page = this.#as('page', {});
  readonly #waiting: { until: number; go: () => void }[] = [];
  #now = 0;
  /** When the last step began or ended. */
  #last = 0;
  #running = 0;
  #turns = 0;
  #idles = 0;

  /** Says for how long nothing was done since the last step. */
  pause(): void {
    const gap = this.#now - this.#last;
    if (gap > 0) this.said.push(`${this.#meanwhile()}does nothing for ${duration(gap)}`);
    this.#last = this.#now;
  }

  #as(what: Subject, { where = '', who = '' }: Whose): object {
    const members: { [name: string]: unknown } = {};
    return new Proxy(members, {
      get: (_target, name) => {
        // Nothing here is a promise.
        if (typeof name === 'symbol' || name === 'then') return undefined;
        if (name === 'number') return 1;
        if (name === 'gateway') return this.#as('gateway', { where });
        return (...args: unknown[]) => this.#call(what, name, args, { where, who });
      },
    });
  }

  #call(what: Subject, name: string, args: unknown[], { where = '', who = '' }: Whose): unknown {
    if (name === 'session') {
      const [session = 'main', agent] = args.map(String);
      return this.#as('session', {
        where,
        who: ` in ${session}${agent ? ` of the agent ${agent}` : ''}${where}`,
      });
    }
    if (name === 'idle') return ++this.#idles > MOST ? Promise.reject(END) : this.#wait(Number(args[0]));
    return this.#step(sentence(what, name, args, { where, who }), name === 'say' ? REPLY : 0, () => {
      if (name === 'openTab') return this.#as('page', { where: ' in the new tab' });
      if (name === 'cli') return FINISHED;
      return name === 'say' ? turn(this.#turns++) : undefined;
    });
  }

  async #step(words: string, tookMs: number, answer: () => unknown): Promise<unknown> {
    if (this.said.length >= MOST) throw END;
    this.pause();
    this.said.push(`${this.#meanwhile()}${words}`);
    this.#running++;
    await this.#wait(tookMs);
    this.#running--;
    this.#last = this.#now;
    return answer();
  }

  readonly #meanwhile = (): string => (this.#running > 0 ? 'meanwhile ' : '');

  /** Of all that waits, what is due first goes on first, after the script has begun all that it begins at once. */
  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ until: this.#now + (ms || 0), go: resolve });
      setImmediate(() => {
        this.#waiting.sort((one, other) => one.until - other.until);
        const next = this.#waiting.shift();
        this.#now = Math.max(this.#now, next?.until ?? 0);
        next?.go();
      });
    });
  }
}

interface Whose {
  where?: string;
  who?: string;
}

/** How long a reply is taken to need. */
const REPLY = 5_000;

type Subject = 'page' | 'session' | 'gateway';

function sentence(what: Subject, name: string, args: unknown[], { where = '', who = '' }: Whose): string {
  const [first, second] = args;
  const quoted = typeof first === 'string' ? `"${plain(first)}"` : '';
  switch (`${what}.${name}`) {
    case 'session.say':
      return `says ${quoted}${who}${option(second, 'atOnce') === true ? ', at once,' : ''} and waits for the ${option(second, 'expect') === 'reply' ? 'reply' : 'end'}`;
    case 'session.send':
      return `sends ${quoted}${who} and goes on ${MIDWAY[String(option(second, 'until'))] ?? 'without waiting for the end'}`;
    case 'session.sendAgain':
      return `sends the last message${who} once more, with the same key`;
    case 'session.command':
      return `types ${quoted}${who}`;
    case 'session.abort':
      return `presses "stop"${who}`;
    case 'page.reconnect':
      return `drops the connection${where} and comes back after ${duration(first ?? 1_000)}`;
    case 'page.stopReading':
      return `reads nothing${where} for ${duration(first)}`;
    case 'page.openTab':
      return 'opens one more tab';
    case 'page.close':
      return 'closes the tab';
    case 'page.settled':
      return 'waits until every message has ended';
    case 'page.pass':
      return `lets ${value(first)} minutes pass at once`;
    case 'gateway.editConfig':
      return `changes the configuration to ${plain(value(first))}`;
    case 'gateway.signIn':
      return 'signs in to Codex anew';
    case 'gateway.cli':
      return `runs \`openclaw ${plain(args.map(String).join(' '))}\``;
    case 'gateway.rotateBehindItsBack':
      return 'lets the Codex CLI redeem the refresh token and keep the new one';
    case 'gateway.kill':
      return 'kills the gateway';
    case 'gateway.restart':
      return 'restarts the gateway';
    case 'gateway.upgrade':
      return 'upgrades the gateway in place to the version under test';
    case 'gateway.pause':
      return 'stops the gateway in its tracks';
    case 'gateway.unpause':
      return 'lets the gateway go on';
    case 'gateway.cutNetwork':
      return "cuts the gateway's way to the providers";
    case 'gateway.restoreNetwork':
      return "restores the gateway's way to the providers";
    default:
      return `${inWords(name)}${args.length > 0 ? ` ${plain(args.map(value).join(', '))}` : ''}${who || where}`;
  }
}

const option = (options: unknown, name: string): unknown =>
  typeof options === 'object' && options !== null ? new Map(Object.entries(options)).get(name) : undefined;

const MIDWAY: { [until: string]: string } = {
  'reached-provider': 'when it has reached a provider',
  streaming: 'while the reply is streaming',
};

/** `rotateToken` is `rotate token`. */
const inWords = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** @param ms in milliseconds */
export const duration = (ms: unknown): string =>
  typeof ms === 'number' && ms >= 1_000 ? `${ms / 1_000} s` : `${String(ms)} ms`;

function value(one: unknown): string {
  try {
    return typeof one === 'function' ? 'a change' : (JSON.stringify(one) ?? String(one));
  } catch {
    return String(one);
  }
}

/** What a command gives back. */
const FINISHED: CliRun = { code: 0, output: '' };

/** As in a world in which all goes well. */
const turn = (number: number): Turn => {
  const mark = { seq: 0, at: 0 };
  const end = { ...mark, ending: 'answered', text: '' } as const;
  return {
    number,
    session: 'agent:main:main',
    nonce: '00000000',
    runIds: new Set(),
    marks: { sent: mark },
    tabs: [1],
    shown: new Map([[1, end]]),
    end,
  };
};
