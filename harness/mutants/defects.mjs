/**
 * Runs in a gateway, before its own code: one defect that users would meet, at the door through which it would show. So
 * one patch fits every version: what goes out over its WebSockets, what it asks of providers, its own process.
 * Knows no other module of ours.
 */
import fs from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';

/** @typedef {{ [key: string]: any }} Frame */

/**
 * @param {string} name which defect
 * @param {string} entry the launcher of the package, whose own `ws` is used
 */
export function commit(name, entry) {
  const defect = DEFECTS[name];
  if (!defect) throw new Error(`no such defect: ${name}`);
  if (!process.argv.includes('gateway')) return;
  const { sent, heard, asked, configured } = defect();
  const { WebSocket } = createRequire(entry)('ws');
  if (sent) watchSent(WebSocket.prototype, sent);
  if (heard) watchHeard(WebSocket.prototype, heard);
  if (asked) {
    const fetch = globalThis.fetch;
    globalThis.fetch = (input, init) => asked(fetch, input, init);
  }
  if (configured) watchConfig(configured);
}

/** @param {(config: any) => void} configured changes what the gateway reads of its config */
function watchConfig(configured) {
  const changed = (/** @type {unknown} */ path, /** @type {any} */ text) => {
    if (!String(path).endsWith('openclaw.json') || typeof text !== 'string') return text;
    const config = JSON.parse(text);
    configured(config);
    return JSON.stringify(config);
  };
  const { readFileSync } = fs;
  const { readFile } = fs.promises;
  fs.readFileSync = /** @type {any} */ (
    (/** @type {any} */ path, /** @type {any} */ options) => changed(path, readFileSync(path, options))
  );
  fs.promises.readFile = /** @type {any} */ (
    async (/** @type {any} */ path, /** @type {any} */ options) =>
      changed(path, await readFile(path, options))
  );
  syncBuiltinESMExports();
}

/**
 * @param {any} socket
 * @param {(frame: Frame, send: (frame: Frame) => void) => Frame | undefined} sent
 */
function watchSent(socket, sent) {
  const { send } = socket;
  socket.send = function (/** @type {any} */ data, /** @type {any[]} */ ...rest) {
    const frame = typeof data === 'string' && data.startsWith('{') ? JSON.parse(data) : undefined;
    if (!frame) return send.call(this, data, ...rest);
    const changed = sent(frame, (more) => send.call(this, JSON.stringify(more)));
    if (changed) return send.call(this, JSON.stringify(changed), ...rest);
    rest.findLast((one) => typeof one === 'function')?.();
    return undefined;
  };
}

/**
 * @param {any} socket
 * @param {(frame: Frame, answer: (frame: Frame) => void) => boolean} heard whether the gateway hears of it
 */
function watchHeard(socket, heard) {
  const { emit } = socket;
  socket.emit = function (/** @type {string} */ event, /** @type {any[]} */ ...values) {
    if (event !== 'message') return emit.call(this, event, ...values);
    const text = String(values[0]);
    const answer = (/** @type {Frame} */ frame) => this.send(JSON.stringify(frame));
    if (text.startsWith('{') && !heard(JSON.parse(text), answer)) return true;
    return emit.call(this, event, ...values);
  };
}

/** @param {Frame} frame */
const isChat = (frame, /** @type {string[]} */ ...states) =>
  frame.event === 'chat' && states.includes(frame.payload?.state);
/** @param {Frame} frame */
const textOf = (frame) => JSON.stringify(frame.payload?.message ?? '');
/** @param {Frame} frame */
const isReply = (frame) => isChat(frame, 'final') && /[a-z]/i.test(textOf(frame));
/** What the gateway put into a session's history, as the page reads it, is kept from it. @param {Frame} frame */
const isAdded = (frame) => frame.event === 'session.message';
/** @param {Frame} frame */
const isHistory = (frame) => frame.type === 'res' && Array.isArray(frame.payload?.messages);
/** @param {any} input */
const addressOf = (input) => String(input?.url ?? input);
/** @param {any} input */
const isRefresh = (input) => /\/oauth2?\/token\b/.test(addressOf(input));
/** @param {any} input */
const isTurn = (input) => /\/(responses|completions)\b/.test(addressOf(input));

/** Calls back at the second message. @param {() => void} then */
function atSecondMessage(then) {
  let messages = 0;
  return {
    heard(/** @type {Frame} */ { method }) {
      if (method === 'chat.send' && ++messages === 2) setTimeout(then, 500);
      return true;
    },
  };
}

/** Changes every text of a frame. @param {any} value @param {(text: string) => string} change @returns {any} */
function withTexts(value, change) {
  if (Array.isArray(value)) return value.map((one) => withTexts(one, change));
  if (!value || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [
      key,
      typeof one === 'string' && ['text', 'content', 'errorMessage'].includes(key)
        ? change(one)
        : withTexts(one, change),
    ]),
  );
}

/** Every token that is read has expired, by what is kept of it and by its own word. @param {any} value @returns {any} */
function expired(value) {
  if (!value || typeof value !== 'object') return value;
  for (const key of ['expires', 'exp']) {
    if (typeof value[key] !== 'number') continue;
    value[key] = key === 'exp' ? Math.floor(Date.now() / 1000) - 60 : Date.now() - 60_000;
  }
  for (const one of Object.values(value)) expired(one);
  return value;
}

/** @param {Frame} frame @param {(messages: any[]) => any[]} change */
const withHistory = (frame, change) => ({
  ...frame,
  payload: { ...frame.payload, messages: change(frame.payload.messages) },
});

/**
 * @typedef {object} Doors
 * @property {(frame: Frame, send: (frame: Frame) => void) => Frame | undefined} [sent]
 * @property {(frame: Frame, answer: (frame: Frame) => void) => boolean} [heard]
 * @property {(fetch: typeof globalThis.fetch, input: any, init: any) => Promise<Response>} [asked]
 * @property {(config: any) => void} [configured]
 */

/** @type {{ [name: string]: () => Doors }} */
const DEFECTS = {
  'final-dropped': () => ({
    sent: (frame) => (isReply(frame) || isAdded(frame) || isHistory(frame) ? undefined : frame),
  }),
  'error-dropped': () => ({
    sent: (frame) =>
      isChat(frame, 'error', 'final') || isAdded(frame) || isHistory(frame) ? undefined : frame,
  }),
  'another-session': () => ({
    sent: (frame) =>
      frame.event === 'chat'
        ? { ...frame, payload: { ...frame.payload, sessionKey: 'agent:main:other', runId: 'other' } }
        : isAdded(frame) || isHistory(frame)
          ? undefined
          : frame,
  }),
  'final-empty': () => ({
    sent: (frame) =>
      isReply(frame)
        ? { ...frame, payload: withTexts(frame.payload, () => '') }
        : isAdded(frame) || isHistory(frame)
          ? undefined
          : frame,
  }),
  'reply-halved': () => ({
    sent(frame) {
      if (isAdded(frame) || isHistory(frame)) return undefined;
      const half = (/** @type {string} */ text) => text.slice(0, text.length / 2);
      return isChat(frame, 'final') ? { ...frame, payload: withTexts(frame.payload, half) } : frame;
    },
  }),
  'session-left-running': () => ({
    sent(frame) {
      const { sessions } = frame.payload ?? {};
      if (!Array.isArray(sessions)) return frame;
      const running = { status: 'running', hasActiveRun: true, endedAt: null };
      return {
        ...frame,
        payload: { ...frame.payload, sessions: sessions.map((row) => ({ ...row, ...running })) },
      };
    },
  }),
  'refresh-posted-twice': () => ({
    async asked(fetch, input, init) {
      const first = await fetch(input, init);
      if (isRefresh(input)) await fetch(input, init);
      return first;
    },
  }),
  'refreshed-although-fresh': () => {
    const { parse } = JSON;
    JSON.parse = (text, reviver) => expired(parse(text, reviver));
    return {};
  },
  'rotated-token-not-stored': () => ({
    async asked(fetch, input, init) {
      const answer = await fetch(input, init);
      if (!isRefresh(input) || !answer.ok) return answer;
      const { refresh_token: _new, ...rest } = /** @type {any} */ (await answer.json());
      const old = new URLSearchParams(String(init?.body)).get('refresh_token');
      return Response.json({ ...rest, refresh_token: old });
    },
  }),
  'refused-token-tried-again': () => ({
    async asked(fetch, input, init) {
      for (let tries = 0; ; tries++) {
        const answer = await fetch(input, init);
        if (!isRefresh(input) || answer.ok || tries === 5) return answer;
      }
    },
  }),
  'sixty-requests': () => ({
    async asked(fetch, input, init) {
      if (isTurn(input))
        for (let more = 0; more < 59; more++) await (await fetch(input, init)).body?.cancel();
      return fetch(input, init);
    },
  }),
  'fallback-skipped': () => ({
    asked: (fetch, input, init) =>
      /x\.ai\b/.test(addressOf(input)) ? Promise.reject(new Error('skipped')) : fetch(input, init),
  }),
  'fallback-reversed': () => ({
    configured(config) {
      // Sorted and not reversed: the gateway may write down what it has read.
      config.agents?.defaults?.model?.fallbacks?.sort().reverse();
    },
  }),
  'loop-blocked': () =>
    atSecondMessage(() => {
      for (const until = Date.now() + 90_000; Date.now() < until; );
    }),
  'exit-at-second-message': () => atSecondMessage(() => process.exit(1)),
  'unhandled-rejection': () => atSecondMessage(() => void Promise.reject(new Error('nobody handles this'))),
  'token-shown': () => {
    let token = '';
    return {
      asked(fetch, input, init) {
        token ||= new Headers(init?.headers ?? input?.headers).get('authorization') ?? '';
        return fetch(input, init);
      },
      sent: (frame) =>
        isReply(frame)
          ? { ...frame, payload: withTexts(frame.payload, (text) => `${text} (${token})`) }
          : frame,
    };
  },
  'well-while-dead': () => {
    let messages = 0;
    const answered = new Set();
    return {
      heard({ method, id }) {
        if (method === 'chat.send') messages++;
        if (method === 'health' || method === 'connect' || method === 'agent.wait') answered.add(id);
        return true;
      },
      sent: (frame) => (messages < 2 || answered.has(frame.id) ? frame : undefined),
    };
  },
  'queue-never-drained': () => {
    const busy = new Set();
    return {
      heard({ method, id, params }, answer) {
        if (method !== 'chat.send') return true;
        const { sessionKey, idempotencyKey: runId } = params;
        if (!busy.has(sessionKey)) return Boolean(busy.add(sessionKey));
        answer({ type: 'res', id, ok: true, payload: { runId, status: 'started' } });
        return false;
      },
      sent(frame) {
        if (isChat(frame, 'final', 'error', 'aborted')) busy.delete(frame.payload.sessionKey);
        return frame;
      },
    };
  },
  'reply-lost-on-reconnect': () => {
    let pages = 0;
    let asked = '';
    let lost = '';
    return {
      heard({ method, params }) {
        if (method === 'chat.send') asked = /ref-(\w+)/.exec(params.message)?.[1] ?? '';
        if (method === 'connect' && ++pages === 2) lost = `done-${asked}`;
        return true;
      },
      sent(frame) {
        if (!lost) return frame;
        if (isReply(frame) && textOf(frame).includes(lost)) return undefined;
        if (!isHistory(frame)) return frame;
        return withHistory(frame, (all) => all.filter((one) => !JSON.stringify(one).includes(lost)));
      },
    };
  },
  'stop-ignored': () => ({ heard: ({ method }) => method !== 'chat.abort' }),
  'history-doubled': () => ({
    sent: (frame) =>
      isHistory(frame) ? withHistory(frame, (all) => all.flatMap((one) => [one, one])) : frame,
  }),
  'history-of-another-session': () => {
    const sessions = new Map();
    const histories = new Map();
    return {
      heard({ method, id, params }) {
        if (method === 'chat.history') sessions.set(id, params.sessionKey);
        return true;
      },
      sent(frame) {
        if (!isHistory(frame)) return frame;
        const session = sessions.get(frame.id);
        histories.set(session, frame.payload.messages);
        const other = [...histories].find(([key]) => key !== session)?.[1] ?? [];
        return withHistory(frame, (all) => [...other.slice(0, 2), ...all]);
      },
    };
  },
  'history-lost': () => ({
    sent: (frame) => (isHistory(frame) ? withHistory(frame, (all) => all.slice(2)) : frame),
  }),
};

export const defects = Object.keys(DEFECTS);
